//! What the scanner is inside of: one frame for each construct that is still open.

use super::Context;

/// One open construct. Positions are bytes of the region.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    List(List),
    Word(Word),
    Raw(Raw),
    Array(Array),
    Test(Test),
}

/// A list of commands up to its closer.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) closer: Closer,
    pub(super) at: usize,
    pub(super) state: State,
    pub(super) redirect: Redirect,
    /// The simple command that is being read.
    pub(super) command: Option<usize>,
    /// It is `declare`, `export` …, whose arguments may be assignments.
    pub(super) declares: bool,
    /// Here-documents from this one on belong to this list.
    pub(super) pending: usize,
    /// It is the body of a function.
    pub(super) function: bool,
    /// The next compound command is the body of a function.
    pub(super) function_next: bool,
    /// `time` was just read, so `-p` is its option.
    pub(super) timed: bool,
    /// The head of a `for` was just read, so its body may stand in braces.
    pub(super) head: bool,
}

impl List {
    pub(super) fn new(closer: Closer, at: usize, pending: usize) -> Self {
        Self {
            closer,
            at,
            state: State::Start,
            redirect: Redirect::None,
            command: None,
            declares: false,
            pending,
            function: false,
            function_next: false,
            timed: false,
            head: false,
        }
    }
}

/// What ends a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closer {
    /// The end of the script, or of the backticks.
    End,
    /// `( … )`
    Subshell,
    /// `$( … )`, `<( … )`
    Substitution,
    /// `{ … }`
    Brace,
    /// `if … fi`
    Fi,
    /// `while … done`
    Done,
    /// `case … esac`
    Esac,
}

/// What the next word of a list is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// The first of a command: reserved words count.
    Start,
    /// Behind an assignment or redirection.
    Prefix,
    Args,
    /// `for ‸`
    ForName,
    /// `for x ‸`
    ForIn,
    /// `for x in ‸`
    ForWords,
    /// `case ‸`
    CaseWord,
    /// `case x ‸`
    CaseIn,
    /// `case x in ‸`, and behind `;;`
    CasePattern,
    /// Behind the first word of a pattern.
    CaseMore,
    /// `function ‸`
    FunctionName,
}

/// A redirection that waits for its word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Redirect {
    None,
    Target,
    /// `<<<`
    HereString,
}

/// A word that is more than plain bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    /// Some of it was quoted, so that it is no reserved word.
    pub(super) quoted: bool,
    /// It holds an expansion or a hole.
    pub(super) unknown: bool,
    /// Its text is in the scratch buffer instead of the region.
    pub(super) cooked: bool,
    /// `a=…`
    pub(super) assignment: bool,
    /// An assignment if `=` comes next: `a[1]‸`.
    pub(super) subscripted: bool,
    /// A right side of `=~`, in which `|` and parentheses are ordinary.
    pub(super) regex: bool,
    /// Open parentheses of extended patterns.
    pub(super) depth: usize,
    /// Holes from this one on stand in it.
    pub(super) direct: usize,
}

impl Word {
    pub(super) fn new(start: usize, direct: usize) -> Self {
        Self {
            start,
            quoted: false,
            unknown: false,
            cooked: false,
            assignment: false,
            subscripted: false,
            regex: false,
            depth: 0,
            direct,
        }
    }
}

/// What a hole finds around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) context: Context,
    pub(super) opened: Option<usize>,
}

impl Around {
    pub(super) const WORD: Self = Self { context: Context::Word, opened: None };

    pub(super) fn new(context: Context, at: usize) -> Self {
        Self { context, opened: Some(at) }
    }

    /// Quotes have their meaning of a bare word.
    pub(super) fn is_bare(self) -> bool {
        self.context == Context::Word
    }
}

/// Text in which only expansions and quotes count, up to its closer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) close: Close,
    pub(super) at: usize,
    pub(super) around: Around,
    /// Single quotes quote here.
    pub(super) single: bool,
    /// Open brackets of the closer's kind.
    pub(super) depth: usize,
}

/// What ends raw text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Close {
    /// `"`
    Double,
    /// `'`, which quotes nothing: `"${x:-'a'}"`
    Apostrophe,
    /// `}`
    Brace,
    /// `${x[i]‸`: an operator or `}`.
    Operator,
    /// `))`
    Parens,
    /// `]`
    Bracket,
    /// The end of a here-document's body.
    Here {
        /// Behind its closing line.
        resume: usize,
        /// The end of what the here-document stands in.
        outer: usize,
        /// The here-documents before this one are somebody else's.
        base: usize,
        /// How many here-documents still wait.
        left: usize,
        /// The holes from this one on stand in it.
        direct: usize,
        /// What reads it.
        command: Option<usize>,
    },
}

/// `a=( … )`
#[derive(Clone, Copy, Debug)]
pub(super) struct Array {
    pub(super) at: usize,
    /// Its keys are texts.
    pub(super) keyed: bool,
}

/// `[[ … ]]`
#[derive(Clone, Copy, Debug)]
pub(super) struct Test {
    pub(super) at: usize,
    /// The holes of the last word: from, to.
    pub(super) last: (usize, usize),
    /// The next word is evaluated as arithmetic.
    pub(super) arithmetic: bool,
    /// The next word is a regular expression.
    pub(super) regex: bool,
}

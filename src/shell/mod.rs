//! Reads shell text: where a value may stand in a script, and which commands a script runs. Knows no target.

mod begun;
mod code;
mod command;
mod deep;
mod expansion;
mod frame;
mod group;
mod here;
mod input;
mod list;
mod prefix;
mod quote;
mod scanner;
mod unset;
mod unset_word;
mod word;
mod wrapper;

/// Reads a POSIX sh or bash script, in one pass and without recursion that the text could drive.
pub fn scan(pieces: &[Piece<'_>]) -> Scan {
    scanner::scan(pieces)
}

/// As [`scan`], without the commands: for who asks only where values stand.
pub fn values(pieces: &[Piece<'_>]) -> Scan {
    scanner::values(pieces)
}

/// The commands of a script, and of the scripts that it hands to shells as text that is written out: `bash -c '…'` and
/// here-documents. `wraps` says of a command that is no shell what it runs.
pub fn deep(pieces: &[Piece<'_>], scan: &Scan, wraps: &dyn Fn(&[Word]) -> Wraps) -> Vec<Command> {
    deep::commands(pieces, scan, wraps)
}

/// What the command reads as code and nobody can read here: `eval`, `source`, `bash -c "$x"`.
pub fn unread(words: &[Word]) -> Option<String> {
    deep::unread(words)
}

/// The program that a command runs in the end, by the places of its words; with words that are added when it runs.
pub fn run(words: &[Word]) -> Run {
    wrapper::run(words)
}

/// The words of the program that a command runs in the end: `cosa build` of `sudo -E env A=b timeout 5m cosa build`.
/// Empty only when the command is.
pub fn program(command: &Command) -> &[Word] {
    wrapper::inner(&command.words)
}

/// Whether a script reads no variable that may be unset, but for those that are `known` to be there, so that it does the
/// same with and without `set -u`. Says no where it cannot tell.
pub fn all_set(pieces: &[Piece<'_>], known: &[&str]) -> bool {
    unset::none(pieces, known)
}

/// Where in a script an interpolation stands. Offsets are bytes of the script's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// A bare word, or part of one: the emitter adds the double quotes.
    Word,
    /// Inside `"…"`: the value is put there as it is.
    DoubleQuoted,
    /// Inside a here-document that expands.
    HereDocument,
    /// Inside `$(( … ))`, `(( … ))`, `[ i ]` of an array or `${x:…}`: an int only.
    Arithmetic,
    /// Inside `'…'` or `$'…'`: nothing expands.
    SingleQuoted,
    /// Inside a here-document with a quoted delimiter: nothing expands.
    QuotedHereDocument,
    /// Inside a comment: nothing is read.
    Comment,
    /// Of a script for another interpreter.
    Foreign,
}

/// A script as the scanner takes it.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    Text(&'a str),
    /// An interpolation.
    Hole,
}

/// Where in the pieces something is: the piece, and the byte in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    pub piece: usize,
    pub byte: usize,
}

/// All that the scanner saw.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Scan {
    /// One a hole, in order.
    pub holes: Vec<Hole>,
    /// The simple commands in the order in which they are written, also those of functions, substitutions and subshells.
    pub commands: Vec<Command>,
    /// In the order of their bodies.
    pub here_documents: Vec<HereDocument>,
    pub faults: Vec<Fault>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hole {
    pub context: Context,
    /// The quote, here-document or comment that the hole stands in begins here; for a message and a fix.
    /// A hole behind a backslash is [`Context::SingleQuoted`], opened by the backslash.
    pub opened: Option<Place>,
    /// The place where a value is read as code again, by this command (`eval`, `sh -c`, `trap`, `source`).
    pub code_for: Option<Box<str>>,
    /// It is a word of its own, at a place where several words may stand.
    pub whole: bool,
    /// It stands in the body of a function, which has arguments of its own.
    pub in_function: bool,
}

/// `<<EOF`, with its body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HereDocument {
    /// Of `<<`; equal to [`Hole::opened`] of the holes in the body.
    pub at: Place,
    /// The delimiter as written, with its quotes.
    pub delimiter: (Place, Place),
    /// Without the closing line.
    pub body: (Place, Place),
    /// Nothing in the body is expanded.
    pub quoted: bool,
    /// Of the command that reads it.
    pub reader: Option<Place>,
}

/// One simple command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    pub words: Vec<Word>,
    /// Where each word is written, with its quotes.
    pub places: Vec<(Place, Place)>,
    pub at: Place,
    /// It stands in text that another shell reads.
    pub nested: bool,
    /// It runs on another machine.
    pub elsewhere: bool,
}

/// Which words of a command are those of the program that it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    pub from: usize,
    pub to: usize,
    /// More words come behind them, or in the place of `{}`.
    pub filled: bool,
}

/// What a command runs that is no shell and no wrapper known here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wraps {
    None,
    /// The command that begins with this word.
    From(usize),
    /// The command that begins with this word, on another machine.
    Elsewhere(usize),
    /// Its input, as a shell does.
    Input,
}

/// One word of a command, quotes removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Word {
    Plain(Box<str>),
    /// It is one interpolation without quotes: the piece.
    Value(usize),
    /// It holds an expansion or an interpolation.
    Unknown {
        /// What stands before that.
        prefix: Box<str>,
        /// It may become several words, or none.
        splits: bool,
    },
}

impl Word {
    /// Its text, when that is known.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Value(_) | Self::Unknown { .. } => None,
        }
    }
}

/// Why a script does not end well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub at: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    OpenSingleQuote,
    OpenDoubleQuote,
    OpenHereDocument,
    /// `$(`, `${`, `$((`, `((`, `<(`
    OpenSubstitution,
    OpenBacktick,
    /// `(`, `{`, `if`, `while`, `case`, `[[`, `a=(`
    OpenGroup,
    /// The last line ends in a backslash.
    TrailingBackslash,
    /// Here-documents or backticks inside each other, deeper than the scanner follows.
    TooDeep,
}

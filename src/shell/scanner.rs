//! The scanner: a stack of open constructs and one step for each kind of them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::begun::Commands;
use super::frame::{Around, Array, Close, Closer, Frame, List, Raw, Test, Word};
use super::here::Pending;
use super::input::{HOLE, Input, Origin};
use super::{Context, Fault, FaultKind, Hole, Piece, Place, Scan, code};

/// Backticks inside backticks need doubled backslashes, so honest scripts stay far below.
const DEEPEST_BACKTICKS: usize = 24;

pub(super) fn scan(pieces: &[Piece<'_>]) -> Scan {
    let input = Input::new(pieces);
    read(&input).finish(true)
}

/// As [`scan`], without the commands.
pub(super) fn values(pieces: &[Piece<'_>]) -> Scan {
    let input = Input::new(pieces);
    read(&input).finish(false)
}

fn read(input: &Input) -> Shared<'_> {
    let mut shared = Shared::new(input);
    Scanner::new(&input.bytes, Origin::Offset(0), 0, &mut shared).run();
    shared
}

/// What all regions of one script write to.
pub(super) struct Shared<'i> {
    pub(super) input: &'i Input,
    pub(super) scan: Scan,
    pub(super) commands: Commands,
    pub(super) links: Vec<Link>,
    /// Holes of the words that are open, outside substitutions.
    pub(super) direct: Vec<usize>,
    /// The text of the innermost word, quotes removed.
    pub(super) scratch: Vec<u8>,
    /// Names of arrays whose keys are texts.
    pub(super) keyed: FxHashSet<Box<[u8]>>,
    /// How many function bodies are open.
    pub(super) functions: usize,
    /// How many bytes may still be read ahead, so that the whole stays linear.
    pub(super) budget: usize,
}

/// A hole and the word of the command that it is part of.
pub(super) struct Link {
    pub(super) hole: usize,
    pub(super) command: usize,
    /// Absent: the command reads it from its input.
    pub(super) word: Option<usize>,
}

impl<'i> Shared<'i> {
    fn new(input: &'i Input) -> Self {
        Self {
            input,
            scan: Scan { holes: Vec::with_capacity(input.holes), ..Scan::default() },
            commands: Commands::new(),
            links: Vec::new(),
            direct: Vec::new(),
            scratch: Vec::new(),
            keyed: FxHashSet::default(),
            functions: 0,
            budget: 16 * input.bytes.len(),
        }
    }

    /// What was seen, with the commands or without.
    fn finish(mut self, with_commands: bool) -> Scan {
        let mut linked = self.links.chunk_by(|one, other| one.command == other.command);
        let reads_code = linked.any(|links| self.may_read_code(links[0].command));
        if with_commands || reads_code {
            self.scan.commands = self.commands.made(self.input);
        }
        if reads_code {
            self.say_readers();
        }
        if with_commands {
            // A command whose first word holds a substitution is known only behind that.
            self.scan.commands.sort_by_key(|command| command.at);
        } else {
            self.scan.commands.clear();
        }
        self.scan.faults.sort_by_key(|fault| fault.at);
        self.scan
    }

    fn may_read_code(&self, command: usize) -> bool {
        self.commands.first(self.input, command).is_some_and(|word| code::may_read(&word))
    }

    fn say_readers(&mut self) {
        for link in &self.links {
            let Some(command) = self.scan.commands.get(link.command) else { continue };
            if let (Some(hole), Some(reader)) =
                (self.scan.holes.get_mut(link.hole), code::reader(&command.words, link.word))
            {
                hole.code_for.get_or_insert(reader.into());
            }
        }
    }
}

/// Reads one region: the script, or the inside of backticks.
pub(super) struct Scanner<'t, 's, 'i> {
    pub(super) text: &'t [u8],
    origin: Origin,
    pub(super) nest: usize,
    pub(super) pos: usize,
    /// The end of the region, or of the body of the here-document that is being read.
    pub(super) limit: usize,
    pub(super) stack: Vec<Frame>,
    pub(super) pending: Vec<Pending>,
    /// Which `((` are arithmetic, as far as it was found out.
    pub(super) parens: FxHashMap<usize, bool>,
    /// How many bodies of here-documents are open.
    pub(super) bodies: usize,
    /// What is open at the limit has been reported.
    reported: bool,
    pub(super) shared: &'s mut Shared<'i>,
}

impl<'t, 's, 'i> Scanner<'t, 's, 'i> {
    fn new(text: &'t [u8], origin: Origin, nest: usize, shared: &'s mut Shared<'i>) -> Self {
        // Few scripts open more.
        let mut stack = Vec::with_capacity(4);
        stack.push(Frame::List(List::new(Closer::End, 0, 0)));
        Self {
            text,
            origin,
            nest,
            pos: 0,
            limit: text.len(),
            stack,
            pending: Vec::new(),
            parens: FxHashMap::default(),
            bodies: 0,
            reported: false,
            shared,
        }
    }

    fn run(&mut self) {
        while let Some(frame) = self.stack.last() {
            if self.pos >= self.limit {
                self.at_limit(*frame);
                continue;
            }
            match *frame {
                Frame::List(_) => self.list_step(),
                Frame::Word(word) => self.word_step(word),
                Frame::Raw(raw) => self.raw_step(raw),
                Frame::Array(array) => self.array_step(array),
                Frame::Test(test) => self.test_step(test),
            }
        }
    }

    /// Closes what may end here, and reports the innermost of what may not.
    fn at_limit(&mut self, frame: Frame) {
        match frame {
            Frame::Word(word) => self.end_word(word),
            Frame::Raw(Raw { close: Close::Here { .. }, .. }) => {
                self.close_here();
                self.reported = false;
            }
            Frame::List(List { closer: Closer::End, .. }) => {
                self.end_command();
                self.unread_here_document();
                self.stack.pop();
            }
            Frame::List(list) => {
                self.open_at_end(fault_of(list.closer), list.at);
                self.close_list();
            }
            Frame::Raw(Raw { close, at, .. }) => {
                let kind = match close {
                    Close::Double => FaultKind::OpenDoubleQuote,
                    Close::Apostrophe => FaultKind::OpenSingleQuote,
                    Close::Brace | Close::Operator | Close::Parens | Close::Bracket | Close::Here { .. } => {
                        FaultKind::OpenSubstitution
                    }
                };
                self.open_at_end(kind, at);
                self.pop();
            }
            Frame::Array(Array { at, .. }) | Frame::Test(Test { at, .. }) => {
                self.open_at_end(FaultKind::OpenGroup, at);
                self.pop();
            }
        }
    }

    fn open_at_end(&mut self, kind: FaultKind, at: usize) {
        if !self.reported {
            self.fault(kind, at);
        }
        self.reported = true;
    }

    /// A quote that is closed nowhere: what it stands in is not reported too.
    pub(super) fn runs_to_the_end(&mut self, kind: FaultKind, at: usize) {
        self.pos = self.limit;
        self.open_at_end(kind, at);
    }

    /// Reads the inside of backticks as a script of its own.
    pub(super) fn region(&mut self, text: &[u8], origin: Origin, at: usize) {
        if self.nest >= DEEPEST_BACKTICKS {
            self.fault(FaultKind::TooDeep, at);
            let holes = text.iter().filter(|byte| **byte == HOLE).count();
            (0..holes).for_each(|_| {
                self.add_hole(Around::WORD);
            });
            return;
        }
        Scanner::new(text, origin, self.nest + 1, self.shared).run();
    }

    /// The byte `ahead` of the current one; 0 at the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        let at = self.pos + ahead;
        if at < self.limit { self.text[at] } else { 0 }
    }

    /// The rest of what may be read.
    pub(super) fn rest(&self) -> &'t [u8] {
        &self.text[self.pos.min(self.limit)..self.limit]
    }

    /// The input offset of a byte of this region.
    pub(super) fn source(&self, at: usize) -> usize {
        self.origin.of(at)
    }

    pub(super) fn place(&self, at: usize) -> Place {
        self.shared.input.place(self.origin.of(at))
    }

    pub(super) fn fault(&mut self, kind: FaultKind, at: usize) {
        let at = self.place(at);
        self.shared.scan.faults.push(Fault { kind, at });
    }

    /// The hole at the current byte, as part of a word.
    pub(super) fn hole(&mut self, around: Around) {
        let index = self.add_hole(around);
        self.pos += 1;
        match around.context {
            Context::Word | Context::DoubleQuoted | Context::HereDocument => self.shared.direct.push(index),
            Context::Arithmetic
            | Context::SingleQuoted
            | Context::QuotedHereDocument
            | Context::Comment
            | Context::Foreign => {}
        }
    }

    /// A hole that stands for a name (`${‸}`), which no value can be.
    pub(super) fn name_hole(&mut self, around: Around, reader: &str) {
        let index = self.add_hole(around);
        self.pos += 1;
        self.read_as(index, reader);
    }

    pub(super) fn add_hole(&mut self, around: Around) -> usize {
        let opened = around.opened.map(|at| self.place(at));
        let in_function = self.shared.functions > 0;
        self.shared.scan.holes.push(Hole {
            context: around.context,
            opened,
            code_for: None,
            whole: false,
            in_function,
        });
        self.shared.scan.holes.len() - 1
    }

    pub(super) fn read_as(&mut self, hole: usize, reader: &str) {
        if let Some(hole) = self.shared.scan.holes.get_mut(hole) {
            hole.code_for.get_or_insert(reader.into());
        }
    }

    /// The holes of a stretch in which nothing is expanded.
    pub(super) fn dead_holes(&mut self, from: usize, to: usize, around: Around) {
        if self.shared.input.holes > 0 {
            let count = self.text[from..to].iter().filter(|byte| **byte == HOLE).count();
            (0..count).for_each(|_| {
                self.add_hole(around);
            });
        }
    }

    pub(super) fn list(&mut self) -> Option<&mut List> {
        match self.stack.last_mut() {
            Some(Frame::List(list)) => Some(list),
            Some(Frame::Word(_) | Frame::Raw(_) | Frame::Array(_) | Frame::Test(_)) | None => None,
        }
    }

    pub(super) fn word(&mut self) -> Option<&mut Word> {
        match self.stack.last_mut() {
            Some(Frame::Word(word)) => Some(word),
            Some(Frame::List(_) | Frame::Raw(_) | Frame::Array(_) | Frame::Test(_)) | None => None,
        }
    }

    /// Leaves the innermost construct.
    pub(super) fn pop(&mut self) {
        self.stack.pop();
        match self.stack.last_mut() {
            Some(Frame::Word(word)) => word.unknown = true,
            Some(Frame::List(list)) => list.start_again(),
            Some(Frame::Raw(_) | Frame::Array(_) | Frame::Test(_)) | None => {}
        }
    }
}

fn fault_of(closer: Closer) -> FaultKind {
    match closer {
        Closer::Substitution => FaultKind::OpenSubstitution,
        Closer::End | Closer::Subshell | Closer::Brace | Closer::Fi | Closer::Done | Closer::Esac => {
            FaultKind::OpenGroup
        }
    }
}

//! What stands in brackets: on one line where it fits and was written so, else an entry a line.

use super::STEP;
use super::align::Run;
use super::printer::{Glue, Printer};
use super::tokens::Kind;

/// How a kind of brackets is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Blanks inside the brackets, on one line.
    pub padded: bool,
    /// A comma behind each entry, on several lines.
    pub commas: bool,
    /// Several entries a line, where they were written so and nothing in them has brackets.
    pub filled: bool,
    /// Several entries a line, where they were written so below the bracket that opens.
    pub kept: bool,
    /// On one line only when there is no more than one entry.
    pub single: bool,
}

/// Arguments, parameters.
pub(super) const ROUND: Style = Style { padded: false, commas: true, filled: false, kept: true, single: false };
/// Lists.
pub(super) const SQUARE: Style = Style { filled: true, kept: false, ..ROUND };
/// Fields of a block.
pub(super) const FIELDS: Style = Style { padded: true, commas: false, filled: false, kept: false, single: false };
/// Records, and the fields of what is kept elsewhere.
pub(super) const SHORT: Style = Style { kept: true, ..FIELDS };
/// Statements.
pub(super) const BODY: Style = Style { single: true, ..FIELDS };
/// Fields of a declaration.
pub(super) const DECLARED: Style = Style { padded: true, kept: false, ..ROUND };
/// Cases of an enum, names of a `use`.
pub(super) const CASES: Style = Style { padded: true, ..SQUARE };

impl Printer<'_> {
    /// The brackets that come next and what is in them.
    pub(super) fn bracket<T>(&mut self, style: Style, entries: &[T], print: fn(&mut Self, &T)) {
        let mark = self.mark;
        let flat = |printer: &mut Self| printer.one_line(style, entries, print);
        let overruns = |printer: &mut Self| printer.may_overrun(style) && printer.overrunning(flat);
        if !self.try_flat(flat) && !overruns(self) {
            self.several(style, entries, print);
        }
        self.mark = mark;
    }

    /// Whether a text in the record that comes next has no room on any line, so that no line end would make it fit. Where
    /// it was written beside the others, it stays there.
    fn may_overrun(&self, style: Style) -> bool {
        let open = self.next();
        let close = self.tokens[open].pair as usize;
        let is_record = style.kept && style.padded && !self.flat && self.tokens[open + 1].lines == 0;
        is_record && (open + 1..close.max(open + 1)).any(|at| self.is_overlong(at, self.indent + STEP))
    }

    /// The brackets that come next, on several lines.
    pub(super) fn several<T>(&mut self, style: Style, entries: &[T], print: fn(&mut Self, &T)) {
        let saved = self.save();
        if style.filled && self.may_fill() || style.kept && self.was_filled() {
            if self.fill(style, entries, print) || style.filled {
                return;
            }
            self.restore(saved);
        }
        self.one_a_line(style, entries, print);
    }

    fn one_line<T>(&mut self, style: Style, entries: &[T], print: fn(&mut Self, &T)) {
        let mark = self.mark;
        self.token();
        let broken = self.tokens[self.at].lines > 0 && !entries.is_empty();
        self.failed |= broken || style.single && entries.len() > 1;
        for (at, entry) in entries.iter().enumerate() {
            if self.failed {
                return;
            }
            if at > 0 {
                self.push(",");
            }
            self.glue = if at > 0 || style.padded { Glue::Space } else { Glue::None };
            print(self, entry);
            self.skip_comma();
        }
        self.put(if style.padded && !entries.is_empty() { Glue::Space } else { Glue::None });
        self.mark = mark;
    }

    /// The brackets that come next, an entry a line.
    pub(super) fn one_a_line<T>(&mut self, style: Style, entries: &[T], print: fn(&mut Self, &T)) {
        self.token();
        if entries.is_empty() && !self.at_comment() {
            return self.put(Glue::None);
        }
        let mut run = Run::default();
        self.glue = Glue::Open;
        self.scoped(|printer| {
            printer.inside(usize::from(style.commas));
            for entry in entries {
                printer.entry(style, entry, print, &mut run);
            }
            printer.align(&mut run);
            printer.comments();
        });
        self.put(Glue::Break);
    }

    /// Goes inside a bracket.
    fn inside(&mut self, reserve: usize) {
        self.indent += STEP;
        self.hung = false;
        self.reserve = reserve;
    }

    /// One entry on lines of its own, with the comma and the comments behind it.
    fn entry<T>(&mut self, style: Style, entry: &T, print: fn(&mut Self, &T), run: &mut Run) {
        if self.at_gap() {
            self.align(run);
        }
        self.settle();
        let line = self.lines;
        self.mark = None;
        self.scoped(|printer| print(printer, entry));
        self.skip_comma();
        if style.commas {
            self.push(",");
        }
        let (place, end) = (self.mark.filter(|_| self.lines == line), self.column);
        if place.is_none() {
            self.align(run);
        }
        self.trailing();
        if let Some(place) = place {
            run.push(place, end, self.column);
        }
        self.glue = Glue::Line;
    }

    /// Whether two entries stand on one line, and nothing in the brackets that come next needs more than a line.
    fn may_fill(&self) -> bool {
        let open = self.next();
        let close = self.tokens[open].pair as usize;
        let mut together = false;
        for at in open + 1..close.max(open + 1) {
            let token = self.tokens[at];
            let nested = token.kind == Kind::Mark && matches!(self.text_of(at), "(" | "[" | "{");
            if nested || token.kind == Kind::Comment || token.kind == Kind::Text && self.text_of(at).contains('\n') {
                return false;
            }
            together |= token.lines == 0 && self.text_of(at - 1) == ",";
        }
        together
    }

    /// Whether the entries begin below the bracket that comes next, two of them on one line, with nothing between or in
    /// them that needs lines of its own.
    fn was_filled(&self) -> bool {
        let open = self.next();
        let close = self.tokens[open].pair as usize;
        let mut depth = 0_usize;
        let mut together = false;
        for at in open + 1..close.max(open + 1) {
            let token = self.tokens[at];
            if token.kind == Kind::Comment || token.kind == Kind::Text && self.text_of(at).contains('\n') {
                return false;
            }
            together |= depth == 0 && token.lines == 0 && self.text_of(at - 1) == ",";
            if token.kind == Kind::Mark {
                match self.text_of(at) {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        together && self.tokens[open + 1].lines > 0
    }

    /// As many entries a line as fit; whether some line has two.
    fn fill<T>(&mut self, style: Style, entries: &[T], print: fn(&mut Self, &T)) -> bool {
        let mut together = false;
        let mut long = false;
        self.token();
        self.scoped(|printer| {
            printer.inside(usize::from(style.commas));
            for (at, entry) in entries.iter().enumerate() {
                // Nothing stands behind the end of what needs several lines.
                let beside = at > 0
                    && !long
                    && printer.try_flat(|printer| {
                        if !style.commas {
                            printer.push(",");
                        }
                        printer.glue = Glue::Space;
                        print(printer, entry);
                    });
                if !beside {
                    printer.glue = Glue::Break;
                    printer.settle();
                    let line = printer.lines;
                    printer.scoped(|printer| print(printer, entry));
                    long = printer.lines > line;
                }
                together |= beside;
                printer.skip_comma();
                if style.commas {
                    printer.push(",");
                }
            }
        });
        self.put(Glue::Break);
        together
    }

    /// `a, b, c` without brackets; what does not fit hangs below.
    pub(super) fn listed<T>(&mut self, entries: &[T], print: fn(&mut Self, &T)) {
        for (at, entry) in entries.iter().enumerate() {
            let reserve = if at + 1 < entries.len() { 1 } else { self.reserve };
            if at > 0 {
                self.put(Glue::None);
                self.glue = Glue::Space;
            }
            if self.flat || self.reserving(reserve, |printer| printer.try_flat(|printer| print(printer, entry))) {
                if self.flat {
                    print(self, entry);
                }
                continue;
            }
            if at > 0 {
                self.hang();
                self.glue = Glue::Break;
            }
            print(self, entry);
        }
    }
}

//! Writes token after token, in their order; between two of them blanks, line ends and the comments of that place.

use super::tokens::{Kind, Token, tokens};
use super::{STEP, WIDTH, block};

/// What stands before the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Glue {
    /// At the beginning of the file.
    Start,
    None,
    Space,
    /// A line end behind an opening bracket: no blank line.
    Open,
    /// A line end, and a blank line where there was one.
    Line,
    /// A line end and a blank line.
    Apart,
    /// A line end, and no blank line.
    Break,
}

/// A place in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub at: usize,
    pub column: usize,
}

#[derive(Debug)]
pub(super) struct Printer<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    /// The next token.
    pub(super) at: usize,
    pub(super) out: String,
    pub(super) column: usize,
    /// How many lines have ended.
    pub(super) lines: usize,
    pub(super) indent: usize,
    /// The rest of what is being written stands a step further right already.
    pub(super) hung: bool,
    pub(super) glue: Glue,
    /// All on one line, or `failed`.
    pub(super) flat: bool,
    pub(super) failed: bool,
    limit: usize,
    /// Of the line that is tried, the columns of texts that fit on no line. Only where they may stand on it.
    overlong: Option<usize>,
    /// How many columns of the last line are for what follows.
    pub(super) reserve: usize,
    /// Where blanks would move the value of the current entry to the right.
    pub(super) mark: Option<Place>,
}

/// What a trial that failed goes back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saved {
    at: usize,
    length: usize,
    column: usize,
    lines: usize,
    indent: usize,
    hung: bool,
    glue: Glue,
    mark: Option<Place>,
}

impl<'t> Printer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            tokens: tokens(text),
            at: 0,
            out: String::with_capacity(text.len() + text.len() / 8),
            column: 0,
            lines: 0,
            indent: 0,
            hung: false,
            glue: Glue::Start,
            flat: false,
            failed: false,
            limit: WIDTH,
            overlong: None,
            reserve: 0,
            mark: None,
        }
    }

    // ---- What comes ----

    /// The text of the next token that is no comment.
    pub(super) fn peek(&self) -> &'t str {
        self.text_of(self.next())
    }

    /// The index of the next token that is no comment.
    pub(super) fn next(&self) -> usize {
        let comments = self.tokens[self.at..].iter().take_while(|token| token.kind == Kind::Comment);
        self.at + comments.count()
    }

    pub(super) fn text_of(&self, index: usize) -> &'t str {
        let token = self.tokens[index];
        &self.text[token.start as usize..token.end as usize]
    }

    /// Whether a comment comes next.
    pub(super) fn at_comment(&self) -> bool {
        self.tokens[self.at].kind == Kind::Comment
    }

    /// Whether what comes next stands apart: a comment of its own line, or behind a blank line.
    pub(super) fn at_gap(&self) -> bool {
        let token = self.tokens[self.at];
        token.lines > 1 || token.lines > 0 && token.kind == Kind::Comment
    }

    // ---- One token ----

    /// Writes the next token, behind what stands before it.
    pub(super) fn token(&mut self) {
        self.settle();
        let token = self.tokens[self.at];
        if self.failed || token.kind == Kind::End {
            return;
        }
        if self.overlong.is_some() && self.is_overlong(self.at, self.indent + STEP) {
            self.overlong = self.overlong.map(|columns| columns + self.text_of(self.at).chars().count());
        }
        self.at += 1;
        let text = &self.text[token.start as usize..token.end as usize];
        if token.kind == Kind::Text && text.starts_with("\"\"\"") && text.contains('\n') {
            self.block(text);
        } else {
            self.push(text);
        }
    }

    /// Writes the next token behind `glue`.
    pub(super) fn put(&mut self, glue: Glue) {
        self.glue = glue;
        self.token();
    }

    /// Writes what stands before the next token, comments included.
    pub(super) fn settle(&mut self) {
        self.comments();
        if self.failed {
            return;
        }
        match std::mem::replace(&mut self.glue, Glue::None) {
            Glue::Start | Glue::None => {}
            Glue::Space => self.push(" "),
            Glue::Line => self.line(self.tokens[self.at].lines > 1),
            Glue::Open | Glue::Break => self.line(false),
            Glue::Apart => self.line(true),
        }
    }

    /// Writes the comments that come next, each where it stood: at the end of a line or on a line of its own.
    pub(super) fn comments(&mut self) {
        while self.at_comment() {
            if self.flat {
                self.failed = true;
                return;
            }
            let token = self.tokens[self.at];
            let own = token.lines > 0;
            if matches!(self.glue, Glue::None | Glue::Space) {
                // Where there is no line end otherwise: what follows is part of what has been begun.
                self.hang();
                self.glue = Glue::Break;
            }
            match (self.glue, own) {
                (Glue::Start, _) => {}
                (_, false) => self.push(" "),
                (Glue::Line, true) => self.line(token.lines > 1),
                (Glue::Apart, true) => self.line(true),
                (Glue::None | Glue::Space | Glue::Open | Glue::Break, true) => self.line(false),
            }
            if own || self.glue == Glue::Start {
                self.glue = if self.glue == Glue::Break { Glue::Break } else { Glue::Line };
            }
            let comment = &self.text[token.start as usize..token.end as usize];
            self.push(comment.trim_end());
            self.at += 1;
        }
    }

    /// Writes the comments that stand at the end of the line of what has been written.
    pub(super) fn trailing(&mut self) {
        while self.at_comment() && self.tokens[self.at].lines == 0 && !self.flat {
            self.push(" ");
            self.push(self.peek_comment());
            self.at += 1;
        }
    }

    fn peek_comment(&self) -> &'t str {
        self.text_of(self.at).trim_end()
    }

    /// Takes the comma that comes next, unwritten.
    pub(super) fn skip_comma(&mut self) {
        let comma = self.tokens[self.at].kind == Kind::Mark && self.text_of(self.at) == ",";
        self.at += usize::from(comma);
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
        self.failed |= self.flat && self.column - self.overlong.unwrap_or(0) > self.limit;
    }

    fn line(&mut self, blank: bool) {
        if self.flat {
            self.failed = true;
            return;
        }
        self.out.push_str(if blank { "\n\n" } else { "\n" });
        self.lines += 1;
        self.column = 0;
        // Blanks are written with what follows them, so that no line ends in them.
        self.out.extend(std::iter::repeat_n(' ', self.indent));
        self.column = self.indent;
    }

    fn block(&mut self, text: &str) {
        if self.flat {
            self.failed = true;
            return;
        }
        let moved = block::moved(text, self.indent);
        let text = moved.as_deref().unwrap_or(text);
        self.out.push_str(text);
        self.lines += text.matches('\n').count();
        self.column = text.rsplit('\n').next().unwrap_or_default().chars().count();
    }

    // ---- Layouts ----

    /// Writes on one line what `write` writes, or nothing and says so.
    pub(super) fn try_flat(&mut self, write: impl FnOnce(&mut Self)) -> bool {
        if self.flat {
            write(self);
            return true;
        }
        if !matches!(self.glue, Glue::None | Glue::Space) {
            self.settle();
        }
        let saved = self.save();
        self.flat = true;
        self.limit = WIDTH.saturating_sub(self.reserve);
        write(self);
        self.flat = false;
        let done = !std::mem::take(&mut self.failed);
        if !done {
            self.restore(saved);
        }
        done
    }

    /// As [`Printer::try_flat`], where a text that fits on no line may stand beside others.
    pub(super) fn overrunning(&mut self, write: impl FnOnce(&mut Self)) -> bool {
        self.overlong = Some(0);
        let done = self.try_flat(write);
        self.overlong = None;
        done
    }

    /// Whether a token is a text that has no room on a line that begins at `margin`.
    pub(super) fn is_overlong(&self, index: usize, margin: usize) -> bool {
        let text = self.text_of(index);
        let room = WIDTH.saturating_sub(margin);
        self.tokens[index].kind == Kind::Text && text.len() > room && text.chars().count() > room
    }

    pub(super) fn save(&self) -> Saved {
        Saved {
            at: self.at,
            length: self.out.len(),
            column: self.column,
            lines: self.lines,
            indent: self.indent,
            hung: self.hung,
            glue: self.glue,
            mark: self.mark,
        }
    }

    pub(super) fn restore(&mut self, saved: Saved) {
        self.out.truncate(saved.length);
        Saved { at: self.at, column: self.column, lines: self.lines, .. } = saved;
        Saved { indent: self.indent, hung: self.hung, glue: self.glue, mark: self.mark, .. } = saved;
    }

    /// From here on, lines stand a step further right, until the scope ends.
    pub(super) fn hang(&mut self) {
        if !self.hung {
            self.hung = true;
            self.indent += STEP;
        }
    }

    /// Runs `write`, then goes back to the margin of before.
    pub(super) fn scoped<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let before = (self.indent, self.hung, self.reserve);
        let written = write(self);
        (self.indent, self.hung, self.reserve) = before;
        written
    }

    /// Runs `write` with columns kept free for what follows.
    pub(super) fn reserving<R>(&mut self, columns: usize, write: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.reserve, columns);
        let written = write(self);
        self.reserve = before;
        written
    }

    /// Where blanks would move what follows to the right.
    pub(super) fn here(&self) -> Place {
        Place { at: self.out.len(), column: self.column }
    }
}

//! From places in a scanned script back to the source.

use crate::shell::{HereDocument, Place, Scan};
use crate::source::{Span, offset};
use crate::syntax::ast::{Part, Text};

/// A script, and what the scanner saw in it.
#[derive(Clone, Copy)]
pub(super) struct Locator<'a> {
    pub(super) text: &'a Text,
    pub(super) scan: &'a Scan,
}

impl<'a> Locator<'a> {
    /// The source of `length` bytes of the script from a place on.
    pub(super) fn span(&self, place: Place, length: usize) -> Span {
        let start = self.offset(place);
        let last = Place { byte: place.byte + length.saturating_sub(1), ..place };
        let behind = Place { byte: place.byte + length, ..place };
        // Nothing tells how long the escape is that the last byte of a part was written as.
        let end = match self.byte(behind) {
            Some(_) => self.offset(behind),
            None => self.offset(last) + self.written(last),
        };
        Span::new(self.text.span.file, start, end.max(start))
    }

    /// A command, up to the end of its line or of the part of the text.
    pub(super) fn command(&self, at: Place) -> Span {
        let text = self.literal(at.piece).and_then(|text| text.get(at.byte..)).unwrap_or_default();
        let line = text.split(['\n', ';', '|', '&', ')']).next().unwrap_or_default();
        self.span(at, line.trim_end_matches([' ', '\t', '\\']).len())
    }

    /// A word, which may hold values.
    pub(super) fn word(&self, (from, to): (Place, Place)) -> Span {
        match self.between((from, to)).filter(|_| self.literal(from.piece).is_some()) {
            Some(span) => span,
            // It ends where a value begins, or with one.
            None => Span::new(self.text.span.file, self.offset(from), self.end(to).max(self.offset(from))),
        }
    }

    /// The end of what stands before a place.
    fn end(&self, place: Place) -> u32 {
        match place.piece.checked_sub(1).filter(|_| place.byte == 0).and_then(|before| self.text.parts.get(before)) {
            Some(Part::Value(_, span)) => span.end,
            Some(Part::Literal(one)) => {
                let length = one.text.len();
                let last = Place { piece: place.piece - 1, byte: length.saturating_sub(1) };
                self.offset(last) + self.written(last)
            }
            None => self.offset(place),
        }
    }

    /// The source between two places.
    pub(super) fn between(&self, (from, to): (Place, Place)) -> Option<Span> {
        (from.piece == to.piece).then(|| self.span(from, to.byte - from.byte))
    }

    fn offset(&self, place: Place) -> u32 {
        match self.text.parts.get(place.piece) {
            Some(Part::Literal(one)) => one.locate(offset(place.byte)),
            Some(Part::Value(_, span)) if place.byte == 0 => span.start,
            Some(Part::Value(_, span)) => span.end,
            None => self.text.span.start,
        }
    }

    /// How many bytes of source one byte of the script is, at the end of a part.
    fn written(&self, place: Place) -> u32 {
        match self.byte(place) {
            Some(b'"' | b'\\' | b'\n' | b'\t' | b'\r') if !self.text.block => 2,
            Some(_) | None => 1,
        }
    }

    /// The byte at a place, if the part of the text goes on there.
    pub(super) fn byte(&self, place: Place) -> Option<u8> {
        self.literal(place.piece)?.as_bytes().get(place.byte).copied()
    }

    /// The text of a part that is no value.
    pub(super) fn literal(&self, part: usize) -> Option<&'a str> {
        match self.text.parts.get(part)? {
            Part::Literal(one) => Some(&one.text),
            Part::Value(..) => None,
        }
    }

    /// A double quote as it is written in this text.
    pub(super) fn double_quote(&self) -> &'static str {
        if self.text.block { "\"" } else { "\\\"" }
    }

    pub(super) fn here_document(&self, at: Place) -> Option<&'a HereDocument> {
        self.scan.here_documents.iter().find(|one| one.at == at)
    }

    /// Whether a part of the script holds one of these characters, values left out.
    pub(super) fn holds(&self, (from, to): (Place, Place), characters: &[char]) -> bool {
        (from.piece..=to.piece).any(|piece| {
            let text = self.literal(piece).unwrap_or_default();
            let start = if piece == from.piece { from.byte } else { 0 };
            let end = if piece == to.piece { to.byte } else { text.len() };
            text.get(start..end).is_some_and(|text| text.contains(characters))
        })
    }
}

//! The pieces of a script as one run of bytes.

use super::{Piece, Place};

/// Stands for an interpolation: a byte that no UTF-8 text holds.
pub(super) const HOLE: u8 = 0xff;

/// The bytes, and where each piece starts in them.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) bytes: Vec<u8>,
    starts: Vec<usize>,
    /// How many pieces are interpolations.
    pub(super) holes: usize,
}

impl Input {
    pub(super) fn new(pieces: &[Piece<'_>]) -> Self {
        let length = |piece: &Piece<'_>| if let Piece::Text(text) = piece { text.len() } else { 1 };
        let bytes = Vec::with_capacity(pieces.iter().map(length).sum());
        let mut input = Self { bytes, starts: Vec::with_capacity(pieces.len()), holes: 0 };
        for piece in pieces {
            input.starts.push(input.bytes.len());
            match piece {
                Piece::Text(text) => input.bytes.extend_from_slice(text.as_bytes()),
                Piece::Hole => {
                    input.holes += 1;
                    input.bytes.push(HOLE);
                }
            }
        }
        input
    }

    /// The place of a byte; the end of one piece is the start of the next.
    pub(super) fn place(&self, at: usize) -> Place {
        let piece = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        Place { piece, byte: at - self.starts.get(piece).copied().unwrap_or(0) }
    }
}

/// Where the bytes of a region stand in the input: the inside of backticks has lost backslashes.
#[derive(Debug)]
pub(super) enum Origin {
    Offset(usize),
    /// Ascending: from byte `.0` on, the input offset is `.1 + (byte - .0)`.
    Map(Vec<(usize, usize)>),
}

impl Origin {
    pub(super) fn of(&self, at: usize) -> usize {
        match self {
            Self::Offset(base) => base + at,
            Self::Map(points) => {
                let last = points.partition_point(|(from, _)| *from <= at).saturating_sub(1);
                points.get(last).map_or(at, |(from, source)| source + (at - from))
            }
        }
    }
}

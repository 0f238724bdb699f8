//! What the operators of arithmetic do.

use super::Op;

impl Op {
    /// The result on two numbers; `None` when there is none in range, or the operator does not compute.
    pub fn on(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Self::Add => a.checked_add(b),
            Self::Subtract => a.checked_sub(b),
            Self::Multiply => a.checked_mul(b),
            Self::Divide => a.checked_div(b),
            Self::Remainder => a.checked_rem(b),
            Self::Or
            | Self::And
            | Self::Equal
            | Self::Unequal
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::In => None,
        }
    }
}

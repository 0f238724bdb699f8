//! One line for people who read many findings, and for editors that jump to them.

use super::{one_line, place, severity};
use crate::diag::Diagnostic;
use crate::source::Sources;

/// `file:line:column: error[P0401]: message`
pub(super) fn line(sources: &Sources, one: &Diagnostic) -> String {
    let place = one.labels.first().map(|label| format!("{}: ", place(sources, label)));
    let text = format!("{}[{}]: {}", severity(one.severity), one.code.id(), one_line(&one.message));
    place.unwrap_or_default() + &text
}

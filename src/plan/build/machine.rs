//! What the library says of machines, held against what is asked for when the parameters are known.

use super::Builder;
use super::task::Layers;
use crate::check::program::machine::{Allowed, Amount, Asked};
use crate::check::program::{Call, Kind};
use crate::plan::Needs;

impl<'a> Builder<'a> {
    pub(super) fn machine(&mut self, layers: &Layers<'_, 'a>, call: &Call, needs: &Needs) {
        let program = self.program;
        let open = &program.machines;
        let first = open.partition_point(|one| one.call < call.span);
        for demand in open[first..].iter().take_while(|one| one.call == call.span) {
            let asked = match &demand.allowed {
                Allowed::Archs { .. } => needs.arch.as_deref().map(Asked::Arch),
                Allowed::AtLeast { field: Amount::Cpu, .. } => needs.cpu.map(Asked::Amount),
                Allowed::AtLeast { field: Amount::Memory, .. } => needs.memory.map(Asked::Amount),
                Allowed::AtLeast { field: Amount::Disk, .. } => needs.disk.map(Asked::Amount),
            };
            if let Some(asked) = asked.filter(|asked| demand.refuses(*asked)) {
                let field = demand.allowed.field();
                let places = layers.iter().rev().filter(|(one, _)| one.needs_given.iter().any(|name| **name == *field));
                let needs = places.filter_map(|(fields, _)| fields.needs.as_ref()).next();
                let place = needs.map_or(call.span, |needs| match &needs.kind {
                    Kind::Record(record, values) => {
                        let names = &program.records[record.index()].fields;
                        let at = names.iter().position(|one| *one.name == *field);
                        at.and_then(|at| values.get(at)).map_or(needs.span, |value| value.span)
                    }
                    _ => needs.span,
                });
                let place = if place.file == call.span.file { place } else { call.span };
                self.report(demand.refusal(asked, place, false));
            }
        }
    }
}

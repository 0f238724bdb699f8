//! The block of a `command`: its fields, checked like a record whose every value is written out.

use crate::source::Span;
use crate::syntax::ast::{Entry, Expr, ExprKind, Field, Key, Name};

use super::checker::Checker;
use super::findings;
use super::program::facts::{Exit, Facts, FlagAt, FlagDef, FlagRule, Needs, Operands, Removed, RuleKind};
use super::program::{CommandDef, Type};

const FIELDS: &[&str] = &[
    "flags",
    "inherits",
    "removed",
    "attached",
    "wraps",
    "elsewhere",
    "several",
    "operands",
    "required",
    "exactly_one",
    "at_most_one",
    "together",
    "implies",
    "excludes",
    "removed_command",
    "needs",
    "memory_each",
    "locks",
    "exits",
    "ended_by",
];

impl<'a> Checker<'a, '_> {
    /// What the block says. Flags come first, since other fields speak of them.
    pub(super) fn command_facts(&mut self, fields: &'a [Field]) -> Facts {
        let mut facts = Facts::default();
        let mut written: Vec<(&'a Name, &'a Expr)> = Vec::with_capacity(fields.len());
        for field in fields {
            match field {
                Field::Value { name, value } => match written.iter().find(|(other, _)| other.text == name.text) {
                    Some((first, _)) => {
                        self.report(findings::names::duplicate("field", &name.text, name.span, first.span));
                    }
                    None => written.push((name, value)),
                },
                Field::Step { span, .. } | Field::Service { span, .. } => {
                    self.report(findings::facts::no_steps(*span));
                }
                Field::Require { span, .. } => {
                    self.report(findings::parts::require_elsewhere(*span, "a command"));
                }
                Field::Broken(_) => {}
            }
        }
        written.sort_by_key(|(name, _)| match &*name.text {
            "flags" => 0,
            "inherits" => 1,
            _ => 2,
        });
        for (name, value) in written {
            match &*name.text {
                "inherits" => self.inherit(value, &mut facts),
                _ => self.fact(name, value, &mut facts),
            }
        }
        facts
    }

    fn fact(&mut self, name: &'a Name, value: &'a Expr, facts: &mut Facts) {
        if matches!(value.kind, ExprKind::Broken) {
            return;
        }
        match &*name.text {
            "flags" => facts.flags = Some(self.flag_defs(value)),
            "removed" => {
                let removed = self.removed(value);
                facts.removed.extend(removed);
            }
            "attached" => facts.attached |= self.written_bool(value),
            "wraps" => facts.wraps = self.written_bool(value),
            "elsewhere" => facts.elsewhere = self.written_bool(value),
            "several" => facts.several = self.written_bool(value),
            "operands" => facts.operands = self.operand_count(value),
            "required" => {
                let flags = self.flag_list(value, facts);
                facts.rules.push(FlagRule { kind: RuleKind::Required, flags, span: value.span });
            }
            "exactly_one" => self.groups(RuleKind::ExactlyOne, value, facts),
            "at_most_one" => self.groups(RuleKind::AtMostOne, value, facts),
            "together" => self.groups(RuleKind::Together, value, facts),
            "implies" => self.relations(RuleKind::Implies, value, facts),
            "excludes" => self.relations(RuleKind::Excludes, value, facts),
            "removed_command" => facts.gone = self.written_text(value),
            "needs" => self.machine(value, &mut facts.needs),
            "memory_each" => self.memory_each(value, facts),
            "locks" => facts.lock = self.written_text(value),
            "exits" => facts.exits = self.exits(value),
            "ended_by" => {
                let words = |text: Box<str>| text.split_whitespace().map(Box::from).collect();
                facts.ended_by = self.written_text(value).map(|(text, span)| (words(text), span));
            }
            _ => self.report(findings::parts::unknown_field(name, "a command", FIELDS)),
        }
    }

    /// The flags of another command are those of this one too, with all that holds of them.
    fn inherit(&mut self, value: &'a Expr, facts: &mut Facts) {
        let Some((name, span)) = self.written_text(value) else { return };
        let is_it = |one: &&CommandDef| one.words.iter().map(|word| &**word).eq(name.split_whitespace());
        let Some(other) = self.program.commands.iter().find(is_it).map(|other| &other.facts) else {
            return self.report(findings::facts::nothing_to_inherit(span, &name));
        };
        let flags = facts.flags.get_or_insert_default();
        let own = flags.len();
        flags.extend(other.flags.iter().flatten().cloned());
        for rule in &other.rules {
            let flags = rule.flags.iter().map(|flag| flag + own).collect();
            facts.rules.push(FlagRule { flags, ..*rule });
        }
        facts.removed.extend(other.removed.iter().cloned());
        facts.attached |= other.attached;
    }

    /// `{ "-a --arch": Arch, "--force": bool }`
    fn flag_defs(&mut self, value: &'a Expr) -> Vec<FlagDef> {
        let mut flags: Vec<FlagDef> = Vec::new();
        for (text, span, value) in
            self.written_map(value, "flags and their types: `{ \"--force\": bool, \"--name\": string }`")
        {
            let spellings: Vec<Box<str>> = text.split_whitespace().map(Box::from).collect();
            for flag in &spellings {
                if !is_flag(flag) {
                    self.report(findings::facts::not_a_flag(span, flag));
                }
                if let Some(first) = flags.iter().find(|other| other.spellings.contains(flag)) {
                    let first = first.span;
                    self.report(findings::names::duplicate("flag", flag, span, first));
                }
            }
            let ty = self.flag_type(value);
            flags.push(FlagDef { spellings, ty, span });
        }
        flags
    }

    /// A type, written where a value stands elsewhere: `int`, `[string]`, `cosa.Version`.
    fn flag_type(&mut self, value: &'a Expr) -> Type {
        let ty = if let ExprKind::Name(name) = &value.kind {
            self.named_type(std::slice::from_ref(name), value.span)
        } else if let ExprKind::Field(of, name) = &value.kind
            && let ExprKind::Name(module) = &of.kind
        {
            self.type_of_module(module, name)
        } else if let ExprKind::List(of) = &value.kind
            && let [one] = of.as_slice()
        {
            Type::List(Box::new(self.flag_type(one)))
        } else {
            let what = "the type of a flag's value: `bool` for none, `[string]` for one that may be given again";
            self.report(findings::facts::not_written(value.span, what));
            Type::Unknown
        };
        if let Some(inner) = not_of_a_flag(&ty) {
            let shown = self.show(&inner);
            self.report(findings::facts::not_a_flag_type(value.span, &shown));
            return Type::Unknown;
        }
        ty
    }

    fn removed(&mut self, value: &'a Expr) -> Vec<Removed> {
        let mut removed = Vec::new();
        for (flag, span, value) in
            self.written_map(value, "flags that are gone: `{ \"--old\": \"what to write instead\" }`")
        {
            if !is_flag(flag) {
                self.report(findings::facts::not_a_flag(span, flag));
            }
            let advice = self.written_text(value).map(|(advice, _)| advice).unwrap_or_default();
            removed.push(Removed { flag: flag.into(), advice, span });
        }
        removed
    }

    fn operand_count(&mut self, value: &'a Expr) -> Option<Operands> {
        let what = "how many words it takes: `{ min: 1, max: 2 }`";
        let (mut min, mut max) = (0, None);
        for (name, value) in self.written_record(value, what, &["min", "max"], "`operands`")? {
            let ExprKind::Int(count) = value.kind else {
                self.report(findings::facts::not_written(value.span, "a number of words"));
                continue;
            };
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            if &*name.text == "min" { min = count } else { max = Some(count) }
        }
        if let Some(max) = max.filter(|max| *max < min) {
            self.report(findings::facts::empty_range(value.span, min, max));
        }
        Some(Operands { min, max, span: value.span })
    }

    /// `[["--images", "--oci"]]`
    fn groups(&mut self, kind: RuleKind, value: &'a Expr, facts: &mut Facts) {
        let what = "lists of flags: `[[\"--images\", \"--oci\"]]`";
        for group in self.written_list(value, what) {
            let flags = self.flag_list(group, facts);
            if matches!(&group.kind, ExprKind::List(written) if written.len() == 1) {
                self.report(findings::facts::alone(group.span));
            }
            facts.rules.push(FlagRule { kind, flags, span: group.span });
        }
    }

    /// `{ "--images": ["--s3"] }`
    fn relations(&mut self, kind: RuleKind, value: &'a Expr, facts: &mut Facts) {
        for (flag, span, others) in self.written_map(value, "a flag and others: `{ \"--images\": [\"--s3\"] }`") {
            let mut flags: Vec<_> = self.flag_at(flag, span, facts).into_iter().collect();
            let others_at = self.flag_list(others, facts);
            if flags.is_empty() {
                continue;
            }
            flags.extend(others_at);
            facts.rules.push(FlagRule { kind, flags, span: span.to(others.span) });
        }
    }

    fn flag_list(&mut self, value: &'a Expr, facts: &Facts) -> Vec<FlagAt> {
        let mut found = Vec::new();
        for one in self.written_list(value, "a list of flags: `[\"--build\"]`") {
            if let Some((flag, span)) = self.written_text(one) {
                found.extend(self.flag_at(&flag, span, facts));
            }
        }
        found
    }

    fn flag_at(&mut self, flag: &str, span: Span, facts: &Facts) -> Option<FlagAt> {
        let flags = facts.flags.as_deref().unwrap_or_default();
        let at = flags.iter().position(|one| one.spellings.iter().any(|spelling| **spelling == *flag));
        if at.is_none() {
            let names: Vec<&str> = flags.iter().flat_map(|one| &one.spellings).map(|one| &**one).collect();
            self.report(findings::facts::unknown_flag_of_facts(span, flag, &names));
        }
        at
    }

    /// `{ kvm: true, memory: 3Gi }`; whether it needs KVM is said by the caller, since `needs kvm` may stand before.
    fn machine(&mut self, value: &'a Expr, needs: &mut Needs) {
        let what = "what it needs of its machine: `{ kvm: true, memory: 3Gi }`";
        needs.span = Some(value.span);
        let Some(fields) = self.written_record(value, what, &["kvm", "cpu", "memory", "disk"], "`needs` of a command")
        else {
            return;
        };
        for (name, value) in fields {
            match (&*name.text, &value.kind) {
                ("kvm", ExprKind::Bool(kvm)) => needs.kvm |= *kvm,
                ("cpu", ExprKind::Cpu(cpu)) => needs.cpu = Some(*cpu),
                ("cpu", ExprKind::Int(cores)) => needs.cpu = cores.checked_mul(1000),
                ("memory", ExprKind::Size(size)) => needs.memory = Some(*size),
                ("disk", ExprKind::Size(size)) => needs.disk = Some(*size),
                _ => self.report(findings::facts::not_written(value.span, "`true`, cores (`2`) or a size (`3Gi`)")),
            }
        }
    }

    fn memory_each(&mut self, value: &'a Expr, facts: &mut Facts) {
        for (flag, span, value) in self.written_map(value, "a flag and a size: `{ \"--parallel\": 1536Mi }`") {
            let Some(at) = self.flag_at(flag, span, facts) else { continue };
            if let ExprKind::Size(size) = value.kind {
                facts.needs.memory_each.push((at, size));
            } else {
                self.report(findings::facts::not_written(value.span, "a size: `1536Mi`"));
            }
        }
    }

    fn exits(&mut self, value: &'a Expr) -> Vec<Exit> {
        let what = "exit codes and what they mean: `{ 77: \"only warnings\" }`";
        let ExprKind::Record(entries) = &value.kind else {
            self.report(findings::facts::not_written(value.span, what));
            return Vec::new();
        };
        let mut exits = Vec::with_capacity(entries.len());
        for Entry { key, value } in entries {
            let Key::Int(code, span) = key else {
                self.report(findings::facts::not_written(value.span, what));
                continue;
            };
            let meaning = self.written_text(value).map(|(meaning, _)| meaning).unwrap_or_default();
            exits.push(Exit { code: *code, meaning, span: *span });
        }
        exits
    }

    // ---- Values that are written out ----

    fn written_bool(&mut self, value: &'a Expr) -> bool {
        if let ExprKind::Bool(value) = value.kind {
            return value;
        }
        self.report(findings::facts::not_written(value.span, "`true` or `false`"));
        false
    }

    fn written_text(&mut self, value: &'a Expr) -> Option<(Box<str>, Span)> {
        let plain = if let ExprKind::Text(text) = &value.kind { text.plain() } else { None };
        if plain.is_none() {
            self.report(findings::facts::not_written(value.span, "a string without values"));
        }
        plain.map(|plain| (plain.into(), value.span))
    }

    fn written_list(&mut self, value: &'a Expr, what: &str) -> &'a [Expr] {
        if let ExprKind::List(elements) = &value.kind {
            return elements;
        }
        self.report(findings::facts::not_written(value.span, what));
        &[]
    }

    /// The entries of a map whose keys are strings.
    fn written_map(&mut self, value: &'a Expr, what: &str) -> Vec<(&'a str, Span, &'a Expr)> {
        let ExprKind::Record(entries) = &value.kind else {
            self.report(findings::facts::not_written(value.span, what));
            return Vec::new();
        };
        let mut found: Vec<(&'a str, Span, &'a Expr)> = Vec::with_capacity(entries.len());
        for Entry { key, value } in entries {
            let plain = if let Key::Text(text) = key { text.plain().map(|plain| (plain, text.span)) } else { None };
            let Some((key, span)) = plain else {
                self.report(findings::facts::not_written(value.span, what));
                continue;
            };
            match found.iter().find(|(other, ..)| *other == key) {
                Some((_, first, _)) => {
                    let first = *first;
                    self.report(findings::names::duplicate("key", key, span, first));
                }
                None => found.push((key, span, value)),
            }
        }
        found
    }

    /// The fields of a record with these names.
    fn written_record(
        &mut self,
        value: &'a Expr,
        what: &str,
        names: &[&str],
        owner: &str,
    ) -> Option<Vec<(&'a Name, &'a Expr)>> {
        let ExprKind::Record(entries) = &value.kind else {
            self.report(findings::facts::not_written(value.span, what));
            return None;
        };
        let mut found = Vec::with_capacity(entries.len());
        for Entry { key, value } in entries {
            match key {
                Key::Name(name) if names.contains(&&*name.text) => found.push((name, value)),
                Key::Name(name) => self.report(findings::parts::unknown_field(name, owner, names)),
                Key::Text(_) | Key::Int(..) => self.report(findings::facts::not_written(value.span, what)),
            }
        }
        Some(found)
    }
}

/// `-f`, `--force`
fn is_flag(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    text.starts_with('-') && !name.is_empty() && !text.contains(['=', '"', '\'', '~'])
}

/// The type, or the one inside it, that no word of a command line is read as.
fn not_of_a_flag(ty: &Type) -> Option<Type> {
    match ty {
        Type::Unknown
        | Type::Bool
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Enum(_)
        | Type::Newtype(_) => None,
        Type::List(of) if matches!(**of, Type::List(_) | Type::Bool) => Some(ty.clone()),
        Type::List(of) => not_of_a_flag(of),
        Type::None
        | Type::Secret
        | Type::Workspace
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Record(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => Some(ty.clone()),
    }
}

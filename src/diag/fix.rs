//! Fixes put into the texts that they are of: which go together, and what the texts are then.

use std::collections::BTreeMap;

use super::{Diagnostic, Edit, Fix};
use crate::source::Sources;

/// A text with some findings mended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    pub text: String,
    /// How many findings.
    pub count: usize,
}

/// Puts the first fix of each finding into its texts, all its edits or none. Of fixes that touch each other the first
/// counts; what the others are about is found again in what comes out. `key` says what file goes by a name, and
/// `None` where that file is not to be changed.
pub fn apply<'a, K: Ord>(
    findings: impl IntoIterator<Item = (&'a Sources, &'a Diagnostic)>,
    key: &mut dyn FnMut(&str) -> Option<K>,
) -> BTreeMap<K, Mended> {
    let mut patches: BTreeMap<K, Patch<'a>> = BTreeMap::new();
    for (sources, found) in findings {
        if let Some(fix) = found.fixes.first() {
            enter(sources, fix, key, &mut patches);
        }
    }
    let changed = patches.into_iter().filter(|(_, patch)| !patch.edits.is_empty());
    changed.map(|(key, patch)| (key, patch.mended())).collect()
}

/// A text with one fix in it, or `None` where the fix is not of this text alone.
pub fn apply_one(sources: &Sources, fix: &Fix, name: &str) -> Option<String> {
    let mut patches = BTreeMap::new();
    enter(sources, fix, &mut |file: &str| (file == name).then_some(()), &mut patches);
    patches.into_values().find(|patch| !patch.edits.is_empty()).map(|patch| patch.mended().text)
}

fn enter<'a, K: Ord>(
    sources: &'a Sources,
    fix: &'a Fix,
    key: &mut dyn FnMut(&str) -> Option<K>,
    patches: &mut BTreeMap<K, Patch<'a>>,
) {
    let mut free = !fix.edits.is_empty();
    for edit in &fix.edits {
        let file = sources.get(edit.span.file);
        let Some(key) = Some(&file.name).filter(|_| !file.built_in).and_then(|name| key(name)) else { return };
        let patch = patches.entry(key).or_insert_with(|| Patch::new(&file.text));
        free &= patch.text == file.text && patch.is_free(edit);
    }
    if !free {
        return;
    }
    for (at, edit) in fix.edits.iter().enumerate() {
        if let Some(patch) = key(&sources.get(edit.span.file).name).and_then(|key| patches.get_mut(&key)) {
            patch.count += usize::from(at == 0);
            patch.put(edit);
        }
    }
}

/// One text and what is to be changed in it.
struct Patch<'a> {
    text: &'a str,
    /// By where they begin, then in the order in which they came: no two overlap.
    edits: BTreeMap<(u32, usize), &'a Edit>,
    count: usize,
}

impl<'a> Patch<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, edits: BTreeMap::new(), count: 0 }
    }

    /// Whether nothing that is changed already touches the place.
    fn is_free(&self, edit: &Edit) -> bool {
        let before = self.edits.range(..=(edit.span.end, usize::MAX)).next_back();
        before.is_none_or(|(_, other)| other.span.end < edit.span.start)
    }

    fn put(&mut self, edit: &'a Edit) {
        self.edits.insert((edit.span.start, self.edits.len()), edit);
    }

    fn mended(&self) -> Mended {
        let ends_in_two = self.text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
        let (mut text, mut at) = (String::with_capacity(self.text.len() + 64), 0);
        for edit in self.edits.values() {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            text.push_str(self.text.get(at..start).unwrap_or_default());
            if ends_in_two {
                text.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
            } else {
                text.push_str(&edit.text);
            }
            at = end.max(at);
        }
        text.push_str(&self.text[at..]);
        Mended { text, count: self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mended, apply};
    use crate::diag::code::Code;
    use crate::diag::{Diagnostic, Edit};
    use crate::source::{Sources, Span};

    fn mended(text: &str, fixes: &[&[(u32, u32, &str)]]) -> Option<Mended> {
        let mut sources = Sources::default();
        let file = sources.add("a.pipe", text);
        let found: Vec<Diagnostic> = fixes
            .iter()
            .map(|edits| {
                let edit = |(start, end, text): &(u32, u32, &str)| Edit {
                    span: Span::new(file, *start, *end),
                    text: (*text).to_owned(),
                };
                Diagnostic::global(Code::P0101, "x").fix_all("mend", edits.iter().map(edit).collect())
            })
            .collect();
        let all = found.iter().map(|found| (&sources, found));
        apply(all, &mut |name| (name == "a.pipe").then(|| name.to_owned())).remove("a.pipe")
    }

    fn text(text: &str, fixes: &[&[(u32, u32, &str)]]) -> String {
        mended(text, fixes).map(|one| format!("{} {}", one.count, one.text)).unwrap_or_default()
    }

    #[test]
    fn fixes_that_are_apart_go_together_in_any_order() {
        assert_eq!(text("abcdef", &[&[(4, 5, "E")], &[(0, 1, "AA")], &[(2, 2, "+")]]), "3 AAb+cdEf");
        assert_eq!(text("abcdef", &[&[(4, 6, "")], &[(0, 1, "A"), (2, 3, "C")]]), "2 AbCd");
    }

    #[test]
    fn of_fixes_that_touch_the_first_counts_as_a_whole() {
        assert_eq!(text("abcdef", &[&[(1, 3, "X")], &[(2, 4, "Y")]]), "1 aXdef");
        assert_eq!(text("abcdef", &[&[(1, 3, "X")], &[(3, 3, "Y")], &[(4, 4, "Z")]]), "2 aXdZef");
        assert_eq!(text("abcdef", &[&[(1, 5, "X")], &[(2, 3, "Y")]]), "1 aXf");
        assert_eq!(text("abcdef", &[&[(2, 3, "Y")], &[(1, 5, "X")]]), "1 abYdef");
        assert_eq!(text("abcdef", &[&[(3, 4, "X")], &[(0, 1, "A"), (3, 4, "Y")]]), "1 abcXef");
        assert_eq!(text("abcdef", &[&[(0, 1, "A"), (3, 4, "Y")], &[(3, 4, "X")], &[(5, 6, "F")]]), "2 AbcYeF");
    }

    #[test]
    fn edits_of_one_fix_may_touch() {
        assert_eq!(text("abcdef", &[&[(1, 1, "("), (1, 3, "X"), (3, 3, ")")]]), "1 a(X)def");
    }

    #[test]
    fn line_ends_are_those_of_the_text() {
        assert_eq!(text("a\r\nb\r\n", &[&[(0, 0, "use x\n")]]), "1 use x\r\na\r\nb\r\n");
        assert_eq!(text("a\nb\n", &[&[(0, 0, "use x\n")]]), "1 use x\na\nb\n");
    }

    #[test]
    fn what_is_not_to_be_changed_stays() {
        let mut sources = Sources::default();
        let (own, other) = (sources.add("a.pipe", "a"), sources.add("b.pipe", "b"));
        let edit = |file| Edit { span: Span::new(file, 0, 1), text: "X".to_owned() };
        let library = edit(crate::source::FileId(0));
        let of = |edits| Diagnostic::global(Code::P0101, "x").fix_all("mend", edits);
        let found = [of(vec![edit(own), edit(other)]), of(vec![library]), of(vec![edit(other)])];
        let named = |allowed: &'static [&str]| {
            let mut key = move |name: &str| allowed.contains(&name).then(|| name.to_owned());
            apply(found.iter().map(|one| (&sources, one)), &mut key).into_keys().collect::<Vec<_>>()
        };
        assert_eq!(named(&["a.pipe", "b.pipe"]), ["a.pipe", "b.pipe"]);
        assert_eq!(named(&["a.pipe"]), Vec::<String>::new());
        assert_eq!(named(&["b.pipe", "std/prelude.pipe"]), ["b.pipe"]);
    }
}

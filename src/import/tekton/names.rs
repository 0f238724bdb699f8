//! Names of the manifests as names of the program, and back.

use std::collections::BTreeSet;

/// Words that no name of a value may be, and names that mean something in scripts.
const RESERVED: &[&str] = &[
    "after", "and", "const", "else", "false", "finally", "fn", "for", "if", "in", "match", "none", "not", "or",
    "pipeline", "require", "return", "task", "then", "true", "when", "out", "outcome", "flag", "text", "concat", "len",
    "join", "every", "some",
];

/// How names are spelt on the other side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// `image_url`
    AsWritten,
    /// `image-url`
    Kebab,
    /// `imageUrl`
    Camel,
    /// `IMAGE_URL`
    Upper,
}

impl Style {
    /// The case of the language.
    pub(super) fn case(self) -> &'static str {
        match self {
            Self::AsWritten => ".as_written",
            Self::Kebab => ".kebab",
            Self::Camel => ".camel",
            Self::Upper => ".upper",
        }
    }

    /// A name of ours as it is there.
    pub(super) fn spell(self, name: &str) -> String {
        match self {
            Self::AsWritten => name.to_owned(),
            Self::Kebab => name.replace('_', "-"),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => {
                let mut parts = name.split('_');
                let first = parts.next().unwrap_or_default().to_owned();
                parts.fold(first, |out, part| {
                    out + &part[..1.min(part.len())].to_ascii_uppercase() + part.get(1..).unwrap_or("")
                })
            }
        }
    }

    /// For workspaces, which nobody spells in capitals.
    pub(super) fn of_places(self) -> Self {
        if self == Self::Upper { Self::Kebab } else { self }
    }

    /// The style that spells most of the names as they are: of values, and of places.
    pub(super) fn of_most<'n>(
        values: impl Iterator<Item = (&'n str, &'n str)> + Clone,
        places: impl Iterator<Item = (&'n str, &'n str)> + Clone,
        styles: &[Self],
    ) -> Self {
        let hits = |style: Self| {
            let values = values.clone().filter(|(ours, theirs)| style.spell(ours) == *theirs);
            let places = places.clone().filter(|(ours, theirs)| style.of_places().spell(ours) == *theirs);
            values.count() + places.count()
        };
        // Of equals the first.
        let mut best = Self::AsWritten;
        for style in styles {
            if hits(*style) > hits(best) {
                best = *style;
            }
        }
        best
    }
}

/// The names that are taken in a scope.
#[derive(Clone, Default, Debug)]
pub(in crate::import) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A name nearest to `wanted` that is free, which is taken then; `word` is put before it where it is not.
    pub(in crate::import) fn claim(&mut self, wanted: &str, word: &str) -> String {
        let base = snake(wanted);
        let plain = self.is_free(&base).then(|| base.clone());
        let with_word = || {
            let longer = format!("{word}_{base}");
            self.is_free(&longer).then_some(longer)
        };
        let numbered = || (2..).map(|n: u32| format!("{base}_{n}")).find(|name| self.is_free(name));
        let name = plain.or_else(with_word).or_else(numbered).expect("there are more numbers than names");
        self.taken.insert(name.clone());
        name
    }

    /// Within what a name stands for, it is free.
    pub(super) fn release(&mut self, name: &str) {
        self.taken.remove(name);
    }

    pub(in crate::import) fn is_free(&self, name: &str) -> bool {
        !RESERVED.contains(&name) && !self.taken.contains(name)
    }
}

/// `image-url`, `imageURL`, `IMAGE_URL` are `image_url`.
pub(in crate::import) fn snake(text: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let behind = letters.get(at + 1).copied();
        let small = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let big = |c: Option<char>| c.is_some_and(|c| c.is_ascii_uppercase());
        let starts =
            c.is_ascii_uppercase() && (small(before) || big(before) && behind.is_some_and(|c| c.is_ascii_lowercase()));
        if starts && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    let out = out.trim_end_matches('_');
    match out.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => out.to_owned(),
        Some(_) => format!("n{out}"),
        None => "unnamed".to_owned(),
    }
}

/// `image_url` is `ImageUrl`.
pub(in crate::import) fn pascal(text: &str) -> String {
    let camel = Style::Camel.spell(&snake(text));
    camel[..1].to_ascii_uppercase() + &camel[1..]
}

#[cfg(test)]
mod tests {
    use super::{Names, Style, pascal, snake};

    #[test]
    fn names_go_there_and_back() {
        for (theirs, ours, style) in [
            ("git-url", "git_url", Style::Kebab),
            ("versionTag", "version_tag", Style::Camel),
            ("IMAGE_URL", "image_url", Style::Upper),
            ("image_url", "image_url", Style::AsWritten),
        ] {
            assert_eq!(snake(theirs), ours);
            assert_eq!(style.spell(ours), theirs);
        }
        assert_eq!(snake("CHAINS-GIT_URL"), "chains_git_url");
        assert_eq!(snake("imageURL2x"), "image_url2x");
        assert_eq!(snake("9lives--"), "n9lives");
        assert_eq!(snake("--"), "unnamed");
        assert_eq!(pascal("git-info"), "GitInfo");
    }

    #[test]
    fn a_taken_name_is_told_apart() {
        let mut names = Names::default();
        assert_eq!(names.claim("build", "with"), "build");
        assert_eq!(names.claim("build", "with"), "with_build");
        assert_eq!(names.claim("build", "with"), "build_2");
        assert_eq!(names.claim("in", "the"), "the_in");
        assert_eq!(names.claim("workspace", "the"), "workspace");
    }

    #[test]
    fn the_style_of_most_wins() {
        let pairs = [("image_url", "image-url"), ("target_dirs", "TARGET_DIRS"), ("image_digest", "image-digest")];
        let styles = [Style::Kebab, Style::Camel, Style::Upper];
        assert_eq!(Style::of_most(pairs.into_iter(), std::iter::empty(), &styles), Style::Kebab);
        let places = [("work", "work")];
        assert_eq!(Style::of_most([("to", "TO")].into_iter(), places.into_iter(), &styles), Style::Upper);
        assert_eq!(Style::of_most([("a", "a")].into_iter(), std::iter::empty(), &styles), Style::AsWritten);
    }
}

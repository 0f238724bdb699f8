//! How names are spelt on the other side: `names: .kebab`.

/// A way to spell names that are `snake_case` here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// `image_url`
    AsWritten,
    /// `image-url`
    Kebab,
    /// `imageUrl`
    Camel,
    /// `IMAGE_URL`; workspaces, which nobody spells so, `image-url`.
    Upper,
}

const STYLES: [(&str, Style); 4] =
    [("as_written", Style::AsWritten), ("kebab", Style::Kebab), ("camel", Style::Camel), ("upper", Style::Upper)];

impl Style {
    /// The one of a case.
    pub(super) fn of(word: &str) -> Option<Self> {
        STYLES.iter().find(|(known, _)| *known == word).map(|(_, style)| *style)
    }

    /// All cases.
    pub(super) fn words() -> Vec<&'static str> {
        STYLES.iter().map(|(word, _)| *word).collect()
    }

    /// For the names of workspaces.
    pub(super) fn of_places(self) -> Self {
        if self == Self::Upper { Self::Kebab } else { self }
    }

    /// A name of ours as it is there.
    pub(super) fn spell(self, name: &str) -> String {
        match self {
            Self::AsWritten => name.to_owned(),
            Self::Kebab => name.replace('_', "-"),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => camel(name),
        }
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut out, part| {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
        out
    })
}

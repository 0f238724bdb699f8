//! Variables in a text: `$(params.x)`, `$(tasks.a.results.r[*])`, `$(workspaces.w.path)`. Nothing escapes them.

use rustc_hash::FxHashMap;

/// A variable as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ref<'a> {
    /// With `$(` and `)`.
    pub(super) whole: &'a str,
    pub(super) parts: Vec<Part<'a>>,
    /// How often the same stands before it in the text.
    pub(super) nth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'a> {
    /// `.name` or `["name"]`.
    Name(&'a str),
    /// `[3]` or `[*]`.
    Index(&'a str),
}

impl<'a> Ref<'a> {
    /// The names at the beginning, up to an index.
    pub(super) fn name(&self, at: usize) -> Option<&'a str> {
        match self.parts.get(at) {
            Some(Part::Name(name)) => Some(name),
            Some(Part::Index(_)) | None => None,
        }
    }

    pub(super) fn head(&self) -> &'a str {
        self.name(0).unwrap_or_default()
    }
}

/// As long as a variable may be; what is open for longer is text.
const LONGEST: usize = 600;

/// Every variable of a text, in order. A `$(` inside another one counts by itself, as it does for the cluster.
pub(super) fn refs(text: &str) -> Vec<Ref<'_>> {
    let mut found: Vec<Ref<'_>> = Vec::new();
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, _) in text.match_indices("$(") {
        let line = &text[at..text.floor_char_boundary((at + LONGEST).min(text.len()))];
        let Some(end) = line.find([')', '\n']).filter(|end| line[*end..].starts_with(')')) else { continue };
        let Some(parts) = parts(&line[2..end]) else { continue };
        let whole = &line[..=end];
        let count = times.entry(whole).or_default();
        found.push(Ref { whole, parts, nth: *count });
        *count += 1;
    }
    found
}

/// The parts of what stands between the brackets; `None` where it does not begin with a word and a point.
fn parts(body: &str) -> Option<Vec<Part<'_>>> {
    let end = body.find(|one: char| !one.is_ascii_alphabetic())?;
    let (head, mut rest) = body.split_at(end);
    if head.is_empty() || !rest.starts_with(['.', '[']) {
        return None;
    }
    let mut parts = vec![Part::Name(head)];
    while !rest.is_empty() {
        let (part, behind) = part(rest);
        parts.push(part);
        rest = behind;
    }
    Some(parts)
}

/// The first part of a text that is not empty, and what is behind it.
fn part(text: &str) -> (Part<'_>, &str) {
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let (inside, behind) = inner;
        let quoted = |mark: char| inside.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        let part = quoted('"').or_else(|| quoted('\'')).map_or(Part::Index(inside), Part::Name);
        return (part, behind);
    }
    let name = text.strip_prefix(['.', '[']).unwrap_or(text);
    let end = name.find(['.', '[']).unwrap_or(name.len());
    if end == 0 && !text.starts_with(['.', '[']) {
        return (Part::Name(name), "");
    }
    (Part::Name(&name[..end]), &name[end..])
}

#[cfg(test)]
mod tests {
    use super::{Part, refs};

    fn shown(text: &str) -> Vec<String> {
        let part = |part: &Part<'_>| match part {
            Part::Name(name) => (*name).to_owned(),
            Part::Index(index) => format!("#{index}"),
        };
        refs(text).iter().map(|one| one.parts.iter().map(part).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn variables_are_taken_apart() {
        assert_eq!(
            shown("a $(params.x) $(params[\"a.b\"])$(params['c'][0])"),
            ["params|x", "params|a.b", "params|c|#0"]
        );
        assert_eq!(shown("$(tasks.a.results.r[*])$(params.o.k)"), ["tasks|a|results|r|#*", "params|o|k"]);
        assert_eq!(shown("$(params.sh --all) $(date) $((1+2)) $( params.x) $(params.\n)"), ["params|sh --all"]);
        assert_eq!(shown("$(echo $(params.x))"), ["params|x"]);
    }
}

//! Texts in which Pipelines-as-Code puts values of the event: `{{ revision }}`.

/// One part of such a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'t> {
    Text(&'t str),
    /// What stands between the braces.
    Variable(&'t str),
    /// Braces that open nothing that can be read.
    Broken(&'t str),
}

/// A name, and whether its values hold nothing that could end a quoted text: who opens a pull request chooses the others.
const VARIABLES: &[(&str, bool)] = &[
    ("body", false),
    ("event", true),
    ("event_type", true),
    ("files", false),
    ("git_auth_secret", true),
    ("git_tag", false),
    ("headers", false),
    ("pull_request_labels", false),
    ("pull_request_number", true),
    ("repo_name", true),
    ("repo_owner", true),
    ("repo_url", false),
    ("revision", true),
    ("sender", true),
    ("source_branch", false),
    ("source_url", false),
    ("target_branch", false),
    ("target_namespace", true),
    ("trigger_comment", false),
];

/// Those of which a part is named: `body.pull_request.title`.
const WITH_PARTS: &[&str] = &["body", "files", "headers"];

/// The parts of a text, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        let inside = &rest[at + 2..];
        match inside.split_once('}').filter(|(name, behind)| name.len() > 1 && behind.starts_with('}')) {
            Some((name, behind)) => {
                found.push(Piece::Variable(name.trim()));
                rest = &behind[1..];
            }
            None => {
                found.push(Piece::Broken(&rest[at..]));
                return found;
            }
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

pub(super) fn has_variables(text: &str) -> bool {
    text.contains("{{")
}

/// Whether Pipelines-as-Code, or the Repository object (`more`), knows a name.
pub(super) fn is_known(name: &str, more: &[String]) -> bool {
    let root = name.split(['.', '[']).next().unwrap_or_default();
    let whole = VARIABLES.iter().map(|(known, _)| *known).chain(more.iter().map(String::as_str));
    let is_whole = whole.into_iter().any(|known| known == name);
    is_whole || WITH_PARTS.contains(&root) || name.starts_with("cel:")
}

/// All names, for whoever mistypes one.
pub(super) fn names(more: &[String]) -> impl Iterator<Item = &str> {
    VARIABLES.iter().map(|(name, _)| *name).chain(more.iter().map(String::as_str))
}

/// Whether no value of the variables in it can end a quoted text.
pub(super) fn is_tame(text: &str) -> bool {
    pieces(text).iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Variable(name) => VARIABLES.iter().any(|(known, tame)| known == name && *tame),
        Piece::Broken(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_variables() {
        assert_eq!(
            pieces("on-pr-{{ revision }}x{{repo_url}}"),
            [Piece::Text("on-pr-"), Piece::Variable("revision"), Piece::Text("x"), Piece::Variable("repo_url")]
        );
        assert_eq!(pieces("a {{ b"), [Piece::Text("a "), Piece::Broken("{{ b")]);
        assert_eq!(pieces("{{}}"), [Piece::Broken("{{}}")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn names_are_known_whole_and_some_by_their_parts() {
        for name in ["revision", "body.pull_request.title", "headers['x']", "cel: body.a == 'x'", "mine"] {
            assert!(is_known(name, &["mine".to_owned()]), "{name}");
        }
        for name in ["revisions", "revision.x", "bodyx", ".Id", "mine"] {
            assert!(!is_known(name, &[]), "{name}");
        }
        assert!(is_tame("a {{ revision }}") && !is_tame("{{ source_branch }}") && !is_tame("{{ mine }}"));
    }
}

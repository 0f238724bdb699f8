//! Which words a container runs: what a program says and what its image says, put together.

/// The words, or `None` where nobody says any.
///
/// A command of the program replaces all that the image says. Without one, what the program says in `args` replaces the CMD
/// behind an ENTRYPOINT; an image without an ENTRYPOINT runs its CMD, and `args` follow it.
pub fn argv(
    command: Option<&[String]>,
    args: Option<&[String]>,
    entrypoint: &[String],
    cmd: &[String],
) -> Option<Vec<String>> {
    let words = match (command, prefix(args.is_some(), entrypoint, cmd)) {
        (Some(command), _) => command,
        (None, Some(words)) => return Some([&words, args.unwrap_or_default()].concat()),
        (None, None) => return None,
    };
    Some([words, args.unwrap_or_default()].concat())
}

/// The words before those of `args`.
pub(super) fn prefix(has_args: bool, entrypoint: &[String], cmd: &[String]) -> Option<Vec<String>> {
    match (entrypoint, cmd, has_args) {
        ([], [], _) => None,
        ([], cmd, _) => Some(cmd.to_vec()),
        (entrypoint, _, true) => Some(entrypoint.to_vec()),
        (entrypoint, cmd, false) => Some([entrypoint, cmd].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words = &'static [&'static str];

    /// Capability 2.9: what the table of Relay says, with images of our own.
    #[test]
    fn capability_2_9_twelve_rows() {
        let (no, entry, cmd): (Words, Words, Words) = (&[], &["/entry", "-v"], &["serve", "--port", "80"]);
        let (own, args): (Words, Words) = (&["tar", "-x"], &["a b", "c"]);
        type Row = (Words, Words, Option<Words>, Option<Words>, Words);
        let rows: [Row; 12] = [
            (no, cmd, None, None, &["serve", "--port", "80"]),
            (no, cmd, Some(own), None, &["tar", "-x"]),
            (no, cmd, None, Some(args), &["serve", "--port", "80", "a b", "c"]),
            (no, cmd, Some(own), Some(args), &["tar", "-x", "a b", "c"]),
            (entry, cmd, None, None, &["/entry", "-v", "serve", "--port", "80"]),
            (entry, cmd, Some(own), None, &["tar", "-x"]),
            (entry, cmd, None, Some(args), &["/entry", "-v", "a b", "c"]),
            (entry, cmd, Some(own), Some(args), &["tar", "-x", "a b", "c"]),
            (entry, no, None, None, &["/entry", "-v"]),
            (entry, no, Some(own), None, &["tar", "-x"]),
            (entry, no, None, Some(args), &["/entry", "-v", "a b", "c"]),
            (entry, no, Some(own), Some(args), &["tar", "-x", "a b", "c"]),
        ];
        let words = |words: Words| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (at, (entrypoint, cmd, command, args, wanted)) in rows.into_iter().enumerate() {
            let (command, args) = (command.map(words), args.map(words));
            let found = argv(command.as_deref(), args.as_deref(), &words(entrypoint), &words(cmd));
            assert_eq!(found, Some(words(wanted)), "row {}", at + 1);
        }
        assert_eq!(argv(None, Some(&words(args)), &[], &[]), None, "an image that says nothing");
        assert_eq!(argv(None, Some(&[]), &words(entry), &words(cmd)), Some(words(entry)), "no argument is no CMD");
    }
}

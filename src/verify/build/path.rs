//! Paths as the API reads them.

/// The shortest path of the same meaning: no `.`, no `//`, no `..` behind a name; `.` for nothing.
pub(super) fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    match (is_absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// A path that leaves the place where it begins, or a name that the API takes for such: `..hidden`.
pub(super) fn leaves(path: &str) -> bool {
    clean(path).starts_with("..")
}

#[cfg(test)]
mod tests {
    use super::{clean, leaves};

    #[test]
    fn paths_are_cleaned_as_in_go() {
        let cases = [
            ("", "."),
            ("a//b/./c", "a/b/c"),
            ("a/../b", "b"),
            ("a/../../b", "../b"),
            ("/../a", "/a"),
            ("../..", "../.."),
            ("/", "/"),
        ];
        for (path, cleaned) in cases {
            assert_eq!(clean(path), cleaned, "{path}");
        }
        assert!(leaves("a/../..") && leaves("..hidden") && !leaves("/..") && !leaves("a/.."));
    }
}

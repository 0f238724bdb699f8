//! Addresses of repositories and proxies, as the API reads them.

/// Why the address of a repository of Git cannot be read.
pub(super) fn git_fault(text: &str) -> Option<String> {
    let scheme = scheme(text)?;
    if let Some(fault) = url_fault(text) {
        return Some(fault);
    }
    let host = authority(&text[scheme.len() + 1..]).map(|authority| host_of(authority).to_owned());
    let host = host.filter(|host| scheme.eq_ignore_ascii_case("file") && !host.is_empty())?;
    Some(format!("an address of a file names the host `{host}`"))
}

/// Why the address of a proxy cannot be read.
pub(super) fn proxy_fault(text: &str) -> Option<String> {
    let fault = url_fault(text);
    let bogus = fault.is_some() || !scheme(text).is_some_and(|scheme| scheme.to_ascii_lowercase().starts_with("http"));
    fault.filter(|_| !bogus || url_fault(&format!("http://{text}")).is_some())
}

/// `https` of `https://…`; what has none is a path, or `host:path`.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let inner = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '+' | '.');
    (scheme.starts_with(|one: char| one.is_ascii_alphabetic()) && scheme.chars().all(inner)).then_some(scheme)
}

fn url_fault(text: &str) -> Option<String> {
    if text.chars().any(|one| one.is_ascii_control()) {
        return Some("it has a control character".to_owned());
    }
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let rest = match (scheme(text), text.starts_with(':')) {
        (_, true) => return Some("it begins with `:`".to_owned()),
        (Some(scheme), _) => &text[scheme.len() + 1..],
        (None, _) => text,
    };
    let rest = rest.split('?').next().unwrap_or_default();
    let has_scheme = scheme(text).is_some();
    if !rest.starts_with('/') {
        let first = rest.split('/').next().unwrap_or_default();
        let colon = !has_scheme && first.contains(':');
        return colon.then(|| "its first part has a `:`".to_owned()).or_else(|| {
            // What stands behind a scheme without a slash is not looked into.
            escape_fault(fragment, false).or_else(|| if has_scheme { None } else { escape_fault(rest, false) })
        });
    }
    let authority = authority(rest).filter(|_| has_scheme || !rest.starts_with("///"));
    let path = authority.map_or(rest, |authority| &rest[2 + authority.len()..]);
    let fault = authority.and_then(authority_fault);
    fault.or_else(|| escape_fault(path, false)).or_else(|| escape_fault(fragment, false))
}

/// What stands between `//` and the next `/`.
fn authority(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("//")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn host_of(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn authority_fault(authority: &str) -> Option<String> {
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let legal = |one: char| one.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(one);
    if !user.chars().all(legal) {
        return Some("its user has a character that has to be written as `%` and two digits".to_owned());
    }
    escape_fault(user, false).or_else(|| host_fault(host_of(authority)))
}

fn host_fault(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(inside) => match inside.rfind(']') {
            Some(end) => (&inside[..end], &inside[end + 1..]),
            None => return Some("its host has no `]`".to_owned()),
        },
        None => host.rfind(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let number = port.strip_prefix(':').unwrap_or(port);
    if !port.is_empty() && !port.starts_with(':') || !number.bytes().all(|one| one.is_ascii_digit()) {
        return Some(format!("its port `{number}` is no number"));
    }
    let legal = |one: char| !one.is_ascii() || one.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(one);
    if !name.chars().all(legal) {
        return Some("its host has a character that no host has".to_owned());
    }
    escape_fault(name, true)
}

/// A `%` that no two digits follow; in a host only letters of other scripts are written so.
fn escape_fault(text: &str, of_host: bool) -> Option<String> {
    let bytes = text.as_bytes();
    text.match_indices('%').find_map(|(at, _)| {
        let digits = bytes.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let wrong = digits.is_none_or(|digits| of_host && digits[0] < b'8' && digits != b"25");
        wrong.then(|| "it has a `%` that begins no character".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{git_fault, proxy_fault};

    #[test]
    fn addresses_are_read_as_the_api_does() {
        for right in [
            "https://github.com/a/b.git#main",
            "git@github.com:a/b.git",
            "ssh://git@host:22/a",
            "./here",
            "a b",
            "host:path with % sign",
            "file:///srv/a.git",
            "https://[::1]:80/x",
            "mailto:a%zz",
        ] {
            assert_eq!(git_fault(right), None, "{right}");
        }
        for wrong in [
            "file://host/a",
            "https://host:port/x",
            "https://ho st/x",
            "https://host/%zz",
            "https://h%41/x",
            "https://[::1/x",
            "http://a b@host/x",
        ] {
            assert!(git_fault(wrong).is_some(), "{wrong}");
        }
        assert_eq!(proxy_fault("proxy:3128"), None);
        assert_eq!(proxy_fault("http://proxy:3128"), None);
        // What is put behind another `http://` can be read as its path.
        assert_eq!(proxy_fault("http://proxy:x"), None);
        assert!(proxy_fault("proxy%zz").is_some());
    }
}

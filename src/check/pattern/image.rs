//! References to container images, as the distribution specification has them.

/// Checks `[registry[:port]/]path[:tag][@digest]`.
///
/// # Errors
/// Which part is wrong, and what to write.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("an image is empty: write a reference like `quay.io/fedora/fedora:41`".to_owned());
    }
    if let Some(odd) = text.chars().find(|one| one.is_whitespace() || one.is_control() || !one.is_ascii()) {
        return Err(format!("the image `{text}` holds `{}`, which no reference can", odd.escape_debug()));
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return Err(format!("an image has no scheme: write `{rest}` without `{scheme}://`"));
    }
    let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    let (registry, path) = match name.split_once('/') {
        Some((registry, path)) if is_registry(registry) => (Some(registry), path),
        _ => (None, name),
    };
    registry.map_or(Ok(()), check_registry)?;
    check_path(text, path)?;
    tag.map_or(Ok(()), check_tag)?;
    digest.map_or(Ok(()), check_digest)?;
    if name.len() > 255 {
        return Err(format!(
            "the name of the image has {} characters, and 255 is the most a registry takes",
            name.len()
        ));
    }
    Ok(())
}

/// The first part is a registry when it could not be a part of a path; `localhost` is one by custom.
fn is_registry(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':', '[']) || part.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn check_registry(registry: &str) -> Result<(), String> {
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (registry, None),
    };
    if let Some(port) = port.filter(|port| port.parse::<u16>().is_err() || port.starts_with('+')) {
        return Err(format!("`{port}` is no port of a registry: write a number up to 65535"));
    }
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_address = address.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    if is_address || host.split('.').all(is_host_part) {
        return Ok(());
    }
    Err(format!("`{host}` is no name of a registry: it is made of letters, digits, `-` and `.`, as in `quay.io`"))
}

fn is_host_part(part: &str) -> bool {
    let inner = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    inner && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
}

fn check_path(whole: &str, path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err(format!("the image `{whole}` has no path: write a reference like `quay.io/fedora/fedora:41`"));
    }
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("the path of an image is lower case: write `{}`", path.to_ascii_lowercase()));
    }
    path.split('/').find(|part| !is_path_part(part)).map_or(Ok(()), |part| {
        Err(format!(
            "`{part}` cannot be a part of the path of an image: it is made of lower-case letters and digits, with `-`, \
             `.`, `_` or `__` only between them"
        ))
    })
}

fn is_path_part(part: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = part.split(|one: char| one.is_ascii_lowercase() || one.is_ascii_digit());
    let sound = |one: &str| matches!(one, "" | "." | "_" | "__") || one.bytes().all(|byte| byte == b'-');
    let ends = [part.bytes().next(), part.bytes().last()];
    ends.iter().all(|end| end.is_some_and(is_word)) && separators.into_iter().all(sound)
}

fn check_tag(tag: &str) -> Result<(), String> {
    let sound = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if !sound || tag.is_empty() || tag.starts_with(['.', '-']) || tag.len() > 128 {
        return Err(format!(
            "`{tag}` is no tag of an image: up to 128 letters, digits, `_`, `.` and `-`, and none of the last two first"
        ));
    }
    Ok(())
}

fn check_digest(digest: &str) -> Result<(), String> {
    let wrong = |say: &str| Err(format!("`{digest}` is no digest: {say}"));
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return wrong("write the algorithm too, `sha256:…`");
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return wrong("the algorithm is `sha256` or `sha512`"),
    };
    if hex.len() == length && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(());
    }
    wrong(&format!("{algorithm} has {length} digits `0-9 a-f`, and here are {}", hex.chars().count()))
}

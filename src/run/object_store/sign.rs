//! Addresses of objects, signed for a time: version 4 of Amazon's signature, in the query.

use std::io;

use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;
use crate::run::store::clock;

/// How long an address is good for.
const SECONDS: u64 = 3600;

/// What sha256 works on at once.
const BLOCK: usize = 64;

/// Where a bucket is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address {
    /// `https`
    scheme: String,
    host: String,
    /// What stands before the key: `/`, or `/bucket/`.
    root: String,
    region: String,
}

impl Address {
    /// Other servers than Amazon's have the bucket in the path; so have Amazon's where the bucket is no name of a host.
    pub(super) fn new(bucket: &str, endpoint: Option<&str>, region: &str) -> io::Result<Self> {
        let region = region.to_owned();
        let Some(endpoint) = endpoint else {
            let server = format!("s3.{region}.amazonaws.com");
            let scheme = "https".to_owned();
            return Ok(match bucket.contains('.') {
                true => Self { scheme, host: server, root: format!("/{bucket}/"), region },
                false => Self { scheme, host: format!("{bucket}.{server}"), root: "/".to_owned(), region },
            });
        };
        let parts = endpoint.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
        let (scheme, rest) = parts.ok_or_else(|| {
            io::Error::other(format!(
                "the endpoint of the store is `{endpoint}`; it has to begin with `https://` or `http://`"
            ))
        })?;
        let (host, path) = rest.trim_end_matches('/').split_once('/').unwrap_or((rest.trim_end_matches('/'), ""));
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { scheme: scheme.to_owned(), host: host.to_owned(), root: format!("{path}/{bucket}/"), region })
    }

    /// The address of an object for one request.
    pub(super) fn signed(&self, method: &str, key: &str, by: &Credentials) -> String {
        self.signed_at(method, key, by, clock::now(), SECONDS)
    }

    fn signed_at(&self, method: &str, key: &str, by: &Credentials, ms: u64, seconds: u64) -> String {
        let path = encoded(&format!("{}{key}", self.root), true);
        let url = format!("{}://{}{path}", self.scheme, self.host);
        if by.id.is_empty() {
            return url;
        }
        // `2026-11-21T22:24:36.123Z` without what is between, and without its end
        let time: String = clock::rfc3339(ms).chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
        let day = &time[..8];
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let mut query = vec![
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", format!("{}/{scope}", by.id)),
            ("X-Amz-Date", format!("{time}Z")),
            ("X-Amz-Expires", seconds.to_string()),
        ];
        query.extend(by.token.clone().map(|token| ("X-Amz-Security-Token", token)));
        query.push(("X-Amz-SignedHeaders", "host".to_owned()));
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value, false))).collect();
        let query = query.join("&");
        let request = format!("{method}\n{path}\n{query}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD", self.host);
        let signed = format!("AWS4-HMAC-SHA256\n{time}Z\n{scope}\n{}", hex(&Sha256::digest(request)));
        let mut key = format!("AWS4{}", by.secret).into_bytes();
        for part in [day, &self.region, "s3", "aws4_request"] {
            key = hmac(&key, part.as_bytes()).to_vec();
        }
        format!("{url}?{query}&X-Amz-Signature={}", hex(&hmac(&key, signed.as_bytes())))
    }
}

/// RFC 3986: only letters, digits and `-._~` stand for themselves, and `/` in a path.
fn encoded(text: &str, path: bool) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        b'/' if path => "/".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// RFC 2104 over sha256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Amazon's own documentation.
    #[test]
    fn the_signature_is_that_of_the_documentation() {
        let by = Credentials {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            ..Credentials::default()
        };
        let address = Address {
            host: "examplebucket.s3.amazonaws.com".to_owned(),
            ..Address::new("examplebucket", None, "us-east-1").unwrap()
        };
        let url = address.signed_at("GET", "test.txt", &by, 1_369_353_600_000, 86_400);
        assert!(url.contains("X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"), "{url}");
        assert!(
            url.ends_with("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"),
            "{url}"
        );
    }

    /// RFC 4231, cases 2 and 6.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        let short = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex(&short), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex(&long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn the_bucket_stands_where_the_server_has_it() {
        let url = |bucket: &str, endpoint: Option<&str>| {
            Address::new(bucket, endpoint, "eu-west-1")
                .map(|address| address.signed("GET", "a b/ü", &Credentials::default()))
        };
        let rows = [
            ("b", None, "https://b.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC"),
            ("b.c", None, "https://s3.eu-west-1.amazonaws.com/b.c/a%20b/%C3%BC"),
            ("b", Some("http://minio:9000"), "http://minio:9000/b/a%20b/%C3%BC"),
            ("b", Some("https://x.org/s3/"), "https://x.org/s3/b/a%20b/%C3%BC"),
        ];
        rows.iter().for_each(|(bucket, endpoint, good)| assert_eq!(url(bucket, *endpoint).unwrap(), *good));
        assert!(url("b", Some("minio:9000")).is_err());
    }
}

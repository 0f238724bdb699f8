//! Who may read: on the loopback address everybody of this machine, elsewhere whoever has the token.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Shared, answer};

/// Its value is the token, so that a page can open streams, which cannot carry a header.
const COOKIE_NAME: &str = "pipec_token";

/// What a browser may do with what it gets: nothing that leads elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn check(State(state): State<Shared>, request: Request, next: Next) -> Response {
    if let Some(token) = &state.settings.token {
        if let Some(given) = asked(&request) {
            return enter(&given, token);
        }
        if !allowed(request.headers(), token) {
            return answer::refused(
                StatusCode::UNAUTHORIZED,
                "give the token that `pipec serve` printed: open `/?token=TOKEN`, or send `Authorization: Bearer TOKEN`",
            );
        }
    } else if !is_local(request.headers(), state.address.port()) {
        // Another site whose name was pointed at this machine would read with the eyes of its user's browser.
        return answer::refused(StatusCode::FORBIDDEN, "ask by `localhost`, `127.0.0.1` or `[::1]`");
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = |text: &'static str| HeaderValue::from_static(text);
    headers.insert("content-security-policy", fixed(POLICY));
    headers.insert("x-content-type-options", fixed("nosniff"));
    headers.insert("referrer-policy", fixed("no-referrer"));
    headers.entry(HeaderName::from_static("cache-control")).or_insert(fixed("no-store"));
    response
}

/// The token in the address of the page.
fn asked(request: &Request) -> Option<String> {
    let query = request.uri().query().filter(|_| request.uri().path() == "/")?;
    query.split('&').find_map(|pair| pair.strip_prefix("token=")).map(str::to_owned)
}

/// From the address into a cookie: what stands in an address is seen in histories and logs.
fn enter(given: &str, token: &str) -> Response {
    if !same(given, token) {
        return answer::refused(StatusCode::UNAUTHORIZED, "this is not the token that `pipec serve` printed");
    }
    let cookie = format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/");
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())]).into_response()
}

fn allowed(headers: &HeaderMap, token: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let mut cookies = text(COOKIE).unwrap_or_default().split(';');
    let cookie = cookies.find_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='));
    [bearer, cookie].into_iter().flatten().any(|given| same(given, token))
}

/// Takes the same time for every wrong token of the same length.
fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn is_local(headers: &HeaderMap, port: u16) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = host.strip_suffix(&format!(":{port}")).unwrap_or(host);
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

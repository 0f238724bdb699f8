//! `pipec serve`: runs over HTTP.

use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpListener};

use super::Exit;
use super::args::Serve;
use super::machine::Machine;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::serve::{Settings, serve};
use crate::source::Sources;

pub(super) fn run(args: &Serve, machine: &mut Machine) -> Exit {
    match begin(args, machine) {
        Ok(()) => Exit::Clean,
        Err(found) => {
            machine.complain(&Sources::default(), &found);
            Exit::Failed
        }
    }
}

fn begin(args: &Serve, machine: &mut Machine) -> Result<(), Diagnostic> {
    let listener = TcpListener::bind(args.listen).map_err(|error| cannot_listen(args.listen, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(args.listen, &error))?;
    let token = token(args, address)?;
    let at = token.as_deref().map(|token| format!("/?token={token}")).unwrap_or_default();
    machine.print(&format!("http://{address}{at}\n"));
    let settings = Settings { store: args.store.clone().into(), token };
    serve(listener, settings).map_err(|error| cannot_listen(address, &error))
}

/// One has to be given, or is made, where others than this machine can ask.
fn token(args: &Serve, address: SocketAddr) -> Result<Option<String>, Diagnostic> {
    match &args.token_file {
        Some(path) => given(path).map(Some),
        None if address.ip().is_loopback() => Ok(None),
        None => made().map(Some).map_err(|error| {
            let message = format!("a token cannot be made: {error}");
            Diagnostic::global(Code::P0780, message).help("give one with `--token-file FILE`")
        }),
    }
}

#[expect(clippy::disallowed_methods, reason = "a token is no source: it is read here and nowhere else")]
fn given(path: &str) -> Result<String, Diagnostic> {
    let bad = |message: String| {
        Diagnostic::global(Code::P0780, message)
            .help("write at least 16 letters, digits, `-`, `_` or `.` into the file: they are what keeps others out")
    };
    let text =
        std::fs::read_to_string(path).map_err(|error| bad(format!("the token `{path}` cannot be read: {error}")))?;
    let token = text.trim();
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if token.len() < 16 || !token.bytes().all(good) {
        return Err(bad(format!("what is in `{path}` is no good token")));
    }
    Ok(token.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a token has to be new each time")]
fn made() -> io::Result<String> {
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Diagnostic {
    Diagnostic::global(Code::P0780, format!("nothing can be served at {address}: {error}"))
        .help("give another address or port: `--listen 127.0.0.1:8081`; port 0 takes one that is free")
}

//! The machine as the command line sees it: files in, files and streams out.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use supports_hyperlinks::Stream;

use super::Exit;
use super::args::Terminal;
use super::report::To;
use super::terminal::{Facts, Look};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::diag::render;
use crate::source::{self, Files, Sources};
use crate::syntax::MAX_BYTES;

/// Reads files of the disk.
#[derive(Debug)]
pub(super) struct Disk;

impl Files for Disk {
    #[expect(clippy::disallowed_methods, reason = "this is the door to the machine")]
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        // A byte more than is allowed, so that a device without an end is refused and not read.
        let most = MAX_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        if path == "-" {
            io::stdin().lock().take(most).read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
        // Before it is opened, since opening a pipe waits for who writes to it.
        let about = fs::metadata(path)?;
        if about.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        if !about.is_file() && !is_stream(path) {
            return Err(io::Error::other("it is a pipe, a socket or a device, not a file"));
        }
        bytes.reserve(usize::try_from(about.len()).unwrap_or(0).min(MAX_BYTES) + 1);
        fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A project ends at the root of its repository.
    fn above(&self, folder: &str) -> Option<String> {
        let here = Path::new(if folder.is_empty() { "." } else { folder });
        if fs::symlink_metadata(here.join(".git")).is_ok() {
            return None;
        }
        source::above(folder).or_else(|| {
            fs::canonicalize(here).ok()?.parent()?;
            Some(if folder.is_empty() { "..".to_owned() } else { format!("../{folder}") })
        })
    }
}

/// What the shell hands over, as in `pipec check /dev/stdin` and `--params <(…)`.
fn is_stream(path: &str) -> bool {
    path.starts_with("/dev/") || path.starts_with("/proc/self/fd/")
}

/// Standard output and standard error, written in whole pieces.
#[derive(Debug)]
pub(super) struct Machine {
    out: Look,
    err: Look,
    quiet: bool,
    /// Standard output could not be written, and nobody closed it.
    broken: bool,
    /// Who read standard output went away.
    unread: bool,
}

impl Machine {
    pub(super) fn new(options: Terminal) -> Self {
        let folder = std::path::absolute(".").unwrap_or_default();
        let look = |facts| Look::new(options, facts, &env, &folder);
        Self {
            out: look(facts(Stream::Stdout, io::stdout().is_terminal())),
            err: look(facts(Stream::Stderr, io::stderr().is_terminal())),
            quiet: options.quiet,
            broken: false,
            unread: false,
        }
    }

    /// Writes to standard output; a reader that went away is no error.
    pub(super) fn print(&mut self, text: &str) {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.unread = true,
            Err(error) => {
                self.broken = true;
                let found = Diagnostic::global(Code::P0703, format!("standard output cannot be written: {error}"));
                self.complain(&Sources::default(), &found);
            }
        }
    }

    /// Writes to standard error, where nothing more can be done about a failure.
    pub(super) fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes to standard error what nobody needs who asked for findings only.
    pub(super) fn remark(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Writes to standard output what was done, for those who did not ask for findings only.
    pub(super) fn list(&mut self, text: &str) {
        if !self.quiet {
            self.print(text);
        }
    }

    /// Whether findings only were asked for.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(super) fn complain(&self, sources: &Sources, found: &Diagnostic) {
        self.tell(&self.render(To::Err, sources, found));
    }

    pub(super) fn render(&self, to: To, sources: &Sources, found: &Diagnostic) -> String {
        let look = match to {
            To::Out => &self.out,
            To::Err => &self.err,
        };
        render::full(sources, found, look.style())
    }

    /// Takes away what is on the screen, where there is one.
    pub(super) fn clear(&mut self) {
        if self.out.is_terminal && self.err.is_terminal {
            self.print("\u{1b}[2J\u{1b}[H");
        }
    }

    /// Whether it makes sense to go on writing.
    pub(super) fn is_read(&self) -> bool {
        !self.broken && !self.unread
    }

    pub(super) fn finish(&self, exit: Exit) -> Exit {
        if self.broken { Exit::Failed } else { exit }
    }
}

/// Writes a file whole or not at all: beside its place, then renamed; one that is there just so is left alone.
///
/// # Errors
/// A finding that says which step failed and why.
#[expect(clippy::disallowed_methods, reason = "the command line writes what was emitted")]
pub(super) fn write(path: &Path, text: &str, executable: bool) -> Result<(), Diagnostic> {
    let fail = |error: io::Error| {
        Diagnostic::global(Code::P0703, format!("`{}` cannot be written: {error}", path.display()))
            .help("nothing was changed there; check the folder, its permissions and the space on the disk")
    };
    if is_written(path, text, executable) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = match fs::write(&aside, text) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).and_then(|()| fs::write(&aside, text))
        }
        written => written,
    };
    let written = written.and_then(|()| permit(&aside, executable)).and_then(|()| fs::rename(&aside, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&aside);
        fail(error)
    })
}

/// Gives a file that is there another text, whole or not at all. It keeps its permissions; of a link, what it leads to is
/// written.
///
/// # Errors
/// A finding that says which step failed and why.
#[expect(clippy::disallowed_methods, reason = "the command line writes what was laid out or mended")]
pub(super) fn rewrite(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let fail = |error: io::Error| {
        Diagnostic::global(Code::P0703, format!("`{}` cannot be written: {error}", path.display()))
            .help("nothing was changed there; check the folder, its permissions and the space on the disk")
    };
    let place = fs::canonicalize(path).map_err(fail)?;
    let about = fs::metadata(&place).map_err(fail)?;
    if !about.is_file() {
        return Err(fail(io::Error::other("it is no file; with `-`, the new text goes to standard output")));
    }
    if about.permissions().readonly() {
        return Err(fail(io::Error::other("it is read-only")));
    }
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let aside = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::write(&aside, text)
        .and_then(|()| fs::set_permissions(&aside, about.permissions()))
        .and_then(|()| fs::rename(&aside, &place));
    written.map_err(|error| {
        let _ = fs::remove_file(&aside);
        fail(error)
    })
}

/// Whether the file is there just so: then it keeps its time, and nothing that is made of it has to be made again.
#[expect(clippy::disallowed_methods, reason = "the command line compares with what it wrote before")]
fn is_written(path: &Path, text: &str, executable: bool) -> bool {
    let about = fs::symlink_metadata(path);
    about.is_ok_and(|about| about.is_file() && about.len() == text.len() as u64 && is_permitted(&about, executable))
        && fs::read(path).is_ok_and(|old| old == text.as_bytes())
}

#[cfg(unix)]
fn permit(path: &Path, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode(executable)))
}

#[cfg(unix)]
fn is_permitted(about: &fs::Metadata, executable: bool) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o7777 == mode(executable)
}

#[cfg(unix)]
fn mode(executable: bool) -> u32 {
    if executable { 0o755 } else { 0o644 }
}

#[cfg(not(unix))]
fn is_permitted(_about: &fs::Metadata, _executable: bool) -> bool {
    true
}

#[cfg(not(unix))]
fn permit(_path: &Path, _executable: bool) -> io::Result<()> {
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "terminals say their width and their wishes in the environment")]
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn facts(stream: Stream, is_terminal: bool) -> Facts {
    let size = match stream {
        Stream::Stdout => terminal_size::terminal_size_of(io::stdout()),
        Stream::Stderr => terminal_size::terminal_size_of(io::stderr()),
    };
    let width = size.map(|(terminal_size::Width(width), _)| usize::from(width));
    Facts { is_terminal, width, opens_links: is_terminal && supports_hyperlinks::on(stream) }
}

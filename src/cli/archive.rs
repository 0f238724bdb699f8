//! Archives that are the same bytes for the same input: no time, no owner, no permissions but those that matter.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use crate::diag::Diagnostic;
use crate::diag::code::Code;

/// One entry, by its name in the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// Relative, with `/`; that of a folder ends in one.
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Folder,
    Bytes(Vec<u8>),
    File {
        path: PathBuf,
        size: u64,
        executable: bool,
    },
    /// A tar of these.
    Tar(Vec<Entry>),
    /// What the link says.
    Link(String),
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sum {
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Entry {
    pub(super) fn bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    pub(super) fn folder(name: impl Into<String>) -> Self {
        Self { name: name.into(), content: Content::Folder }
    }

    /// Size and hash of what it holds; of a folder or link there is none.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn sum(&self) -> io::Result<Option<Sum>> {
        let mut counted = Counted::new(io::sink());
        match &self.content {
            Content::Folder | Content::Link(_) => return Ok(None),
            Content::Bytes(bytes) => counted.write_all(bytes)?,
            Content::File { path, size, .. } => drop(io::copy(&mut Whole::open(path, *size)?, &mut counted)?),
            Content::Tar(entries) => write(entries, &mut counted, Files::Read)?,
        }
        Ok(Some(counted.sum()))
    }
}

/// Size and hash of the archive of these entries.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn sum(entries: &[Entry]) -> io::Result<Sum> {
    let mut counted = Counted::new(io::sink());
    write(entries, &mut counted, Files::Read)?;
    Ok(counted.sum())
}

/// Writes an archive whole or not at all: beside its place, then renamed. A name that ends in `gz` asks for gzip.
///
/// # Errors
/// A finding that says which step failed and why.
#[expect(clippy::disallowed_methods, reason = "the command line writes archives")]
pub(super) fn write_file(path: &Path, entries: &[Entry]) -> Result<Sum, Diagnostic> {
    let fail = |error: io::Error| {
        Diagnostic::global(Code::P0703, format!("`{}` cannot be written: {error}", path.display())).help(
            "nothing was changed there; check what goes into it, the folder, its permissions and the space on the disk",
        )
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&aside)
        .and_then(|file| fill(Counted::new(BufWriter::new(file)), entries, is_gzip(&name)))
        .and_then(|sum| fs::rename(&aside, path).map(|()| sum));
    written.map_err(|error| {
        let _ = fs::remove_file(&aside);
        fail(error)
    })
}

fn is_gzip(name: &str) -> bool {
    name.ends_with(".gz") || name.ends_with(".tgz")
}

fn fill(mut out: Counted<BufWriter<File>>, entries: &[Entry], gzip: bool) -> io::Result<Sum> {
    if gzip {
        // Neither a time nor a name nor a system is in it.
        let mut packed = GzBuilder::new().mtime(0).operating_system(255).write(&mut out, Compression::new(6));
        write(entries, &mut packed, Files::Read)?;
        packed.finish()?;
    } else {
        write(entries, &mut out, Files::Read)?;
    }
    out.flush()?;
    out.inner.get_ref().sync_all()?;
    Ok(out.sum())
}

/// Whether files are read, or only their sizes matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Files {
    Read,
    Count,
}

/// As GNU tar pads an archive.
const RECORD: u64 = 20 * BLOCK;
const BLOCK: u64 = 512;

/// The bytes that GNU tar writes for `--format ustar --mtime @0 --owner 0 --group 0 --numeric-owner`, entries in this order.
fn write(entries: &[Entry], out: &mut dyn Write, files: Files) -> io::Result<()> {
    let mut counted = Passed { out, size: 0 };
    let mut builder = Builder::new(&mut counted);
    for entry in entries {
        append(&mut builder, entry, files)?;
    }
    builder.finish()?;
    drop(builder);
    let rest = counted.size.next_multiple_of(RECORD) - counted.size;
    let rest = usize::try_from(rest).expect("less than a record");
    counted.write_all(&vec![0; rest])
}

fn append<W: Write>(builder: &mut Builder<W>, entry: &Entry, files: Files) -> io::Result<()> {
    let none = &mut io::empty();
    match &entry.content {
        Content::Folder => put(builder, entry, (EntryType::Directory, 0o755, 0), none),
        Content::Bytes(bytes) => put(builder, entry, (EntryType::Regular, 0o644, bytes.len() as u64), &mut &bytes[..]),
        Content::File { path, size, executable } => {
            let about = (EntryType::Regular, if *executable { 0o755 } else { 0o644 }, *size);
            match files {
                Files::Read => put(builder, entry, about, &mut Whole::open(path, *size)?),
                Files::Count => put(builder, entry, about, &mut io::repeat(0).take(*size)),
            }
        }
        Content::Tar(entries) => {
            let mut sink = io::sink();
            let mut passed = Passed { out: &mut sink, size: 0 };
            write(entries, &mut passed, Files::Count)?;
            let size = passed.size;
            let mut header = plain_header(EntryType::Regular, 0o644, size);
            let short = fit(&mut header, &entry.name);
            debug_assert!(short, "an archive in an archive has a name of ours");
            seal(&mut header);
            // What is inside is never held in memory.
            builder.get_mut().write_all(header.as_bytes())?;
            let mut inside = Passed { out: builder.get_mut(), size: 0 };
            write(entries, &mut inside, files)?;
            if inside.size == size { Ok(()) } else { Err(changed(&entry.name)) }
        }
        Content::Link(target) => put(builder, entry, (EntryType::Symlink, 0o777, 0), &mut target.as_bytes()),
    }
}

/// What is too long for the plain format is in that of GNU, which every reader knows.
fn put<W: Write>(
    builder: &mut Builder<W>,
    entry: &Entry,
    (kind, mode, size): (EntryType, u32, u64),
    content: &mut dyn Read,
) -> io::Result<()> {
    let mut header = plain_header(kind, mode, size);
    let link = if let Content::Link(target) = &entry.content { Some(target) } else { None };
    let fits = fit(&mut header, &entry.name) && link.is_none_or(|target| fit_link(&mut header, target));
    if fits {
        seal(&mut header);
        return match link {
            Some(_) => builder.append(&header, io::empty()),
            None => builder.append(&header, content),
        };
    }
    let mut long = Header::new_gnu();
    long.set_entry_type(kind);
    long.set_mode(mode);
    long.set_size(size);
    match link {
        Some(target) => builder.append_link(&mut long, &entry.name, target),
        None => builder.append_data(&mut long, &entry.name, content),
    }
}

fn plain_header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    if let Some(ustar) = header.as_ustar_mut() {
        ustar.set_device_major(0);
        ustar.set_device_minor(0);
    }
    header
}

/// Puts a name into a header, cut at a `/` where it is long; says whether it fits.
fn fit(header: &mut Header, name: &str) -> bool {
    let Some(ustar) = header.as_ustar_mut() else { return false };
    let (prefix, rest) = if name.len() <= ustar.name.len() {
        ("", name)
    } else {
        let end = name.len().min(ustar.prefix.len() + 1);
        let end = if end == name.len() && name.ends_with('/') { end - 1 } else { end };
        match name.as_bytes()[..end].iter().rposition(|byte| *byte == b'/') {
            Some(at) if at > 0 => (&name[..at], &name[at + 1..]),
            _ => return false,
        }
    };
    if rest.len() > ustar.name.len() || prefix.len() > ustar.prefix.len() {
        return false;
    }
    ustar.prefix[..prefix.len()].copy_from_slice(prefix.as_bytes());
    ustar.name[..rest.len()].copy_from_slice(rest.as_bytes());
    true
}

fn fit_link(header: &mut Header, target: &str) -> bool {
    let Some(ustar) = header.as_ustar_mut() else { return false };
    let fits = target.len() <= ustar.linkname.len();
    if fits {
        ustar.linkname[..target.len()].copy_from_slice(target.as_bytes());
    }
    fits
}

/// The sum of the header as GNU tar writes it: six digits, NUL, blank.
fn seal(header: &mut Header) {
    header.set_cksum();
    let Ok(sum) = header.cksum() else { return };
    header.as_old_mut().cksum.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn changed(name: &str) -> io::Error {
    io::Error::other(format!("`{name}` was changed while it was read"))
}

/// A file that has to be as long as it was.
#[derive(Debug)]
struct Whole {
    file: File,
    name: String,
    left: u64,
}

impl Whole {
    #[expect(clippy::disallowed_methods, reason = "the command line reads what goes into archives")]
    fn open(path: &Path, size: u64) -> io::Result<Self> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| io::Error::new(error.kind(), format!("`{name}`: {error}")))?;
        Ok(Self { file, name, left: size })
    }
}

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        match (read as u64).cmp(&self.left) {
            std::cmp::Ordering::Greater => return Err(changed(&self.name)),
            std::cmp::Ordering::Less if read == 0 && !into.is_empty() => return Err(changed(&self.name)),
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => self.left -= read as u64,
        }
        Ok(read)
    }
}

/// Counts what goes through.
struct Passed<'w> {
    out: &'w mut dyn Write,
    size: u64,
}

impl Write for Passed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Counts and hashes what goes through.
#[derive(Debug)]
struct Counted<W> {
    inner: W,
    size: u64,
    hash: Sha256,
}

impl<W> Counted<W> {
    fn new(inner: W) -> Self {
        Self { inner, size: 0, hash: Sha256::new() }
    }

    fn sum(self) -> Sum {
        let hex = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Sum { size: self.size, sha256: hex }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.size += written as u64;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

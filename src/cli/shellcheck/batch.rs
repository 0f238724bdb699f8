//! Scripts in files of a folder of their own, and the processes that read them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::tool::Tool;
use crate::query::scripts::ARGUMENTS;
use crate::query::scripts::comment::{Comment, read};

/// A process that takes longer is ended.
const LONGEST: Duration = Duration::from_secs(30);

/// One process reads this many scripts at most, which is a second on a machine that has nothing else to do: well within
/// its time on one that has, and within what a command line holds.
const MOST_SCRIPTS: usize = 250;

/// And about this many bytes of them: ShellCheck reads 70 kB a second.
const MOST_TEXT: usize = 128 << 10;

/// Fewer scripts for a process are not worth its start.
const FEWEST_SCRIPTS: usize = 8;

/// What a process may say before it is taken for something else than ShellCheck.
const MOST_SAID: u64 = 64 << 20;

/// What is said of one script, or why nothing is.
pub(super) type Answer = Result<Vec<Comment>, String>;

/// A folder for one run, which goes away with this.
#[derive(Debug)]
pub(super) struct Batch {
    folder: PathBuf,
    limit: Duration,
    /// How many processes were started.
    started: AtomicU32,
}

impl Batch {
    /// # Errors
    /// Why there is no folder, in words that go on after "`shellcheck`".
    pub(super) fn new() -> Result<Self, String> {
        let mut turns = 0..1000_u32;
        let made = |turn: u32| {
            let folder = std::env::temp_dir().join(format!("pipec-shellcheck-{}-{turn}", std::process::id()));
            match create(&folder) {
                Ok(()) => Some(Ok(folder)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => None,
                Err(error) => Some(Err(unwritable(&folder, &error))),
            }
        };
        let folder = turns.find_map(made).unwrap_or_else(|| Err("got no folder for its files".to_owned()))?;
        Ok(Self { folder, limit: LONGEST, started: AtomicU32::new(0) })
    }

    /// What `shellcheck --version` says.
    pub(super) fn version(&self, tool: &Tool) -> Result<String, String> {
        let (status, said) = self.run(tool, &["--version"], &[])?;
        let text = String::from_utf8_lossy(&said).into_owned();
        let version =
            text.lines().find_map(|line| line.strip_prefix("version: ")).map(|version| version.trim().to_owned());
        version.filter(|_| status.success()).ok_or_else(|| "does not say its version".to_owned())
    }

    /// What is said of each text, in their order.
    pub(super) fn read(&self, tool: &Tool, texts: &[&str]) -> Vec<Answer> {
        let shares = shares(texts, std::thread::available_parallelism().map_or(1, usize::from));
        let next = AtomicUsize::new(0);
        let answers: Mutex<Vec<Option<Answer>>> = Mutex::new(texts.iter().map(|_| None).collect());
        std::thread::scope(|scope| {
            for _ in 0..shares.len().min(std::thread::available_parallelism().map_or(1, usize::from)) {
                scope.spawn(|| {
                    while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let said = self.share(tool, texts, share);
                        let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        share.iter().zip(said).for_each(|(at, answer)| answers[*at] = Some(answer));
                    }
                });
            }
        });
        let answers = answers.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err("was not asked".to_owned()))).collect()
    }

    /// One process.
    fn share(&self, tool: &Tool, texts: &[&str], share: &[usize]) -> Vec<Answer> {
        match self.try_share(tool, texts, share) {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(why) => share.iter().map(|_| Err(why.clone())).collect(),
        }
    }

    fn try_share(&self, tool: &Tool, texts: &[&str], share: &[usize]) -> Result<Vec<Vec<Comment>>, String> {
        let names: Vec<String> = share.iter().map(|at| at.to_string()).collect();
        for (name, at) in names.iter().zip(share) {
            let path = self.folder.join(name);
            write(&path, texts[*at]).map_err(|error| unwritable(&path, &error))?;
        }
        let (status, said) = self.run(tool, ARGUMENTS, &names)?;
        let comments = read(&said).filter(|_| matches!(status.code(), Some(0 | 1)));
        let mut answers: Vec<Vec<Comment>> = share.iter().map(|_| Vec::new()).collect();
        for (file, comment) in comments.ok_or_else(|| nonsense(status))? {
            let at = names.iter().position(|name| *name == file).ok_or_else(|| nonsense(status))?;
            answers[at].push(comment);
        }
        Ok(answers)
    }

    /// Runs the tool; its output goes to files, so that nothing that it leaves behind can keep us waiting.
    #[expect(clippy::disallowed_methods, reason = "the command line runs tools")]
    fn run(&self, tool: &Tool, arguments: &[&str], files: &[String]) -> Result<(ExitStatus, Vec<u8>), String> {
        let turn = self.started.fetch_add(1, Ordering::Relaxed);
        let (out, err) = (self.folder.join(format!("out-{turn}")), self.folder.join(format!("err-{turn}")));
        let open = |path: &Path| File::create(path).map_err(|error| unwritable(path, &error));
        let mut command = Command::new(&tool.path);
        command.args(arguments).args(files).current_dir(&self.folder);
        // Its own options would be others on every machine.
        command.env_remove("SHELLCHECK_OPTS").stdin(Stdio::null()).stdout(open(&out)?).stderr(open(&err)?);
        let mut child = command.spawn().map_err(|error| format!("cannot be started: {error}"))?;
        let status = match wait(&mut child, self.limit) {
            Ok(Some(status)) => status,
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("took longer than {} seconds", self.limit.as_secs()));
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        };
        match status.code() {
            Some(0 | 1) => Ok((status, bytes(&out))),
            Some(_) | None => Err(ended(status, &bytes(&err))),
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Which texts each process reads: about the same length for each, and together in one where they are few.
fn shares(texts: &[&str], cores: usize) -> Vec<Vec<usize>> {
    let enough = texts.len().div_ceil(FEWEST_SCRIPTS).min(cores);
    let length: usize = texts.iter().map(|text| text.len()).sum();
    let count =
        enough.max(texts.len().div_ceil(MOST_SCRIPTS)).max(length.div_ceil(MOST_TEXT)).max(1).min(texts.len().max(1));
    let mut shares: Vec<(usize, Vec<usize>)> = vec![(0, Vec::new()); count];
    for (at, text) in texts.iter().enumerate() {
        let open = shares.iter_mut().filter(|(_, share)| share.len() < MOST_SCRIPTS);
        if let Some(least) = open.min_by_key(|(length, _)| *length) {
            // The lines that every sheet begins with are read too.
            least.0 += text.len() + 100;
            least.1.push(at);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// `None` when the time is up.
#[expect(clippy::disallowed_methods, reason = "a process has a time to end in")]
fn wait(child: &mut std::process::Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().create(folder)
}

#[expect(clippy::disallowed_methods, reason = "the tool reads files")]
fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

#[expect(clippy::disallowed_methods, reason = "the tool wrote it")]
fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(MOST_SAID).read_to_end(&mut bytes)) {
        Ok(_) => bytes,
        Err(_) => Vec::new(),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("got no files: `{}` cannot be written: {error}", path.display())
}

fn nonsense(status: ExitStatus) -> String {
    format!("said something that is not its JSON ({status})")
}

fn ended(status: ExitStatus, said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    match text.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => format!("ended with {status}: {}", line.trim()),
        None => format!("ended with {status}"),
    }
}

#[cfg(test)]
mod tests;

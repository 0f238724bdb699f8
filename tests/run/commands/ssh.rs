//! `std.git` over ssh (capability 4.6), against a real server: a process of its own, on a port of the loopback, with a host
//! key and a list of users' keys in a folder of the test.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Place, Ran, below, until};

const PROGRAM: &str = r#"
use std.git

pipeline ci(url: git.Url, key: secret, hosts: string = "") {
    workspace src { size: 1Gi }
    source = git.clone(src, url, ssh_key: key, known_hosts: hosts)
    task look { image: "quay.io/a/b:1", workdir: src, run: "cat ~{source.tree}/text; echo ~{source.commit}" }
}
"#;

/// A repository, a user's key and another that nobody knows, and the key of the server.
const FOLDER: &str = r#"
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git init -q -b main repo && cd repo && git config user.name n && git config user.email e@example.com
echo fetched > text && git add . && git commit -q -m first && cd ..
for name in key other host; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$name"; done
mkdir tmp && cp key.pub authorized && id -un && git -C repo rev-parse HEAD
"#;

struct Server {
    place: Place,
    process: Child,
    port: u16,
    user: String,
    commit: String,
}

impl Server {
    /// `None` where there is none, or it may not run here, which is said.
    fn start() -> Option<Self> {
        let place = Place::new(PROGRAM);
        let made = Command::new("sh").args(["-euc", FOLDER]).current_dir(place.path("")).output().unwrap();
        let text = String::from_utf8_lossy(&made.stdout).into_owned();
        let mut lines = text.lines().map(str::to_owned);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port();
        let found = made.status.success().then(server).flatten();
        let process = found.and_then(|server| listening(&server, &place, port));
        let Some(process) = process else {
            let why = fs::read_to_string(place.path("sshd.log")).unwrap_or_default();
            assert!(std::env::var_os("PIPEC_NEEDS_SSHD").is_none(), "apt-get install openssh-server\n{why}");
            let said = format!("no sshd runs here, and the tests with it are passed over\n{why}");
            std::io::stdout().write_all(said.as_bytes()).unwrap();
            return None;
        };
        Some(Self { place, process, port, user: lines.next().unwrap(), commit: lines.next().unwrap() })
    }

    fn url(&self) -> String {
        format!("url=ssh://{}@127.0.0.1:{}{}", self.user, self.port, self.place.path("repo").display())
    }

    /// The line by which the server is known, if that is its key.
    fn known_by(&self, key: &str) -> String {
        format!("hosts=[127.0.0.1]:{} {}", self.port, self.place.read(key).trim_end())
    }

    fn run(&self, given: &[&str], key: &str) -> Ran {
        Ran::read(&command(&self.place, given, key).output().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// It wants to be started by its whole name.
fn server() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("sshd")).find(|file| file.is_file())
}

/// Started, and heard to answer.
fn listening(server: &Path, place: &Place, port: u16) -> Option<Child> {
    let at = |name: &str| place.path(name).display().to_string();
    let (host, keys) = (at("host"), at("authorized"));
    place.put(
        "sshd.conf",
        &format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nAuthorizedKeysFile {keys}\nPidFile none\n\
             StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        ),
    );
    // What its package makes at the start of the machine; only root needs it.
    if rustix::process::geteuid().is_root() {
        fs::create_dir_all("/run/sshd").ok();
    }
    let log = fs::File::create(place.path("sshd.log")).unwrap();
    let mut command = Command::new(server);
    command.args(["-D", "-e", "-f", &at("sshd.conf")]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut process = command.spawn().ok()?;
    loop {
        if process.try_wait().unwrap().is_some() {
            return None;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(process);
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// `pipec run`, whose steps have a folder of their own for what is temporary.
fn command(place: &Place, given: &[&str], key: &str) -> Command {
    let key = format!("key=file:{}", place.path(key).display());
    let given: Vec<&str> = given.iter().chain([&key.as_str()]).flat_map(|one| ["-p", one]).collect();
    let mut command = place.command(&[&["run", "ci.pipe", "--grace", "2s"], &given[..]].concat());
    command.env("TMPDIR", place.path("tmp")).env("HOME", place.path("")).env_remove("SSH_AUTH_SOCK");
    command
}

/// Neither the run nor what its steps made has a line of the key.
#[track_caller]
fn keeps_no_key(place: &Place, ran: &Ran, key: &str) {
    let text = place.read(key);
    let line = text.lines().nth(1).unwrap();
    assert!(!ran.out.contains(line) && !ran.err.contains(line), "{}{}", ran.out, ran.err);
    assert_eq!(below(&place.path("tmp")), Vec::<PathBuf>::new(), "nothing is left");
    let holds = |file: &PathBuf| String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).contains(line);
    assert_eq!(below(&place.path(".pipec")).into_iter().find(holds), None);
}

#[test]
fn capability_4_6_a_repository_is_fetched_over_ssh_with_a_key_that_stays_secret() {
    let Some(server) = Server::start() else { return };
    let good = format!("look | fetched\nlook | {}\n", server.commit);
    let url = server.url();
    // By the key that it is known by, and, when nobody says which, by what it shows.
    for hosts in [server.known_by("host.pub"), "hosts=".to_owned()] {
        let ran = server.run(&[&url, &hosts], "key").exits(0);
        let (told, fetched) = ran.out.split_at(ran.out.find("look |").unwrap_or(0));
        assert_eq!((told.contains("Permanently added"), fetched), (hosts == "hosts=", good.as_str()), "{}", ran.err);
        keeps_no_key(&server.place, &ran, "key");
    }
}

#[test]
fn capability_4_6_a_server_with_another_key_and_a_user_with_another_are_refused() {
    let Some(server) = Server::start() else { return };
    let url = server.url();
    for (hosts, key, said) in [
        (server.known_by("other.pub"), "key", "Host key verification failed"),
        (server.known_by("host.pub"), "other", "Permission denied"),
    ] {
        let ran = server.run(&[&url, &hosts], key);
        assert!(ran.code == 128 && (ran.out.contains(said) || ran.err.contains(said)), "{}{}", ran.out, ran.err);
        assert!(!ran.out.contains("look |"), "{}", ran.out);
        keeps_no_key(&server.place, &ran, key);
    }
}

/// An option of ssh, or of git, where an address should be: refused before anything is started.
#[test]
fn capability_4_6_no_address_is_an_option() {
    let place = Place::new(PROGRAM);
    place.put("key", "no key\nnobody-else-has-this-line\n");
    let option = format!("-oProxyCommand=touch {}", place.path("touched").display());
    for url in [option.clone(), format!("ssh://{option}/x"), format!("{option}:x"), format!("git@{option}:x")] {
        let ran = Ran::read(&command(&place, &[&format!("url={url}")], "key").output().unwrap()).exits(2);
        assert!(ran.err.contains("url") && !ran.out.contains("look"), "{}", ran.err);
        assert!(!place.path("touched").exists() && !place.path(".pipec").exists());
    }
}

/// A run that is interrupted, or whose time is up, while a server does not answer has its key no more.
#[test]
fn an_interrupted_fetch_leaves_no_key() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new(PROGRAM);
    place.put("key", "no key\nnobody-else-has-this-line\n");
    fs::create_dir(place.path("tmp")).unwrap();
    let url = format!("url=ssh://me@127.0.0.1:{}/repo", silent.local_addr().unwrap().port());
    let mut command = command(&place, &[&url], "key");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (_answered, _) = silent.accept().unwrap();
    until("the key is there", || below(&place.path("tmp")).iter().any(|file| file.ends_with("key")));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let ran = Ran::read(&child.wait_with_output().unwrap()).exits(130);
    keeps_no_key(&place, &ran, "key");
}

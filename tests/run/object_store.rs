//! The store against a server of its kind: moto, of the Python package index.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pipec::contract::StoreSpec;
use pipec::run::object_store::ObjectStore;
use pipec::run::object_store::pieces::{Reader, Writer};

/// A server with one bucket, which ends with its test.
pub(crate) struct Server {
    process: Child,
    pub(crate) endpoint: String,
}

impl Server {
    /// `None` where it is not installed: `pip install 'moto[server]'`.
    pub(crate) fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut command = Command::new("moto_server");
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            assert!(std::env::var_os("PIPEC_NEEDS_MOTO").is_none(), "pip install 'moto[server]'");
            return None;
        };
        let server = Self { process, endpoint: format!("http://127.0.0.1:{port}") };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "moto answers");
            std::thread::sleep(Duration::from_millis(50));
        }
        let made =
            Command::new("curl").args(["-sS", "-f", "-X", "PUT", &format!("{}/bucket", server.endpoint)]).output();
        assert!(made.expect("curl runs").status.success());
        Some(server)
    }

    pub(crate) fn spec(&self) -> StoreSpec {
        StoreSpec {
            place: "s3://bucket/ci/pipes".to_owned(),
            endpoint: Some(self.endpoint.clone()),
            secret: Some("store".to_owned()),
        }
    }

    /// The keys of the bucket.
    pub(crate) fn keys(&self) -> Vec<String> {
        let answer = Command::new("curl").args(["-sS", &format!("{}/bucket?list-type=2", self.endpoint)]).output();
        let text = String::from_utf8(answer.expect("curl runs").stdout).expect("UTF-8");
        text.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned())).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A folder of secrets with the one of the store.
pub(crate) fn secrets(root: &Path) {
    let folder = root.join("store");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("AWS_ACCESS_KEY_ID"), "AKIDEXAMPLE\n").expect("a file");
    fs::write(folder.join("AWS_SECRET_ACCESS_KEY"), "wJalrXUtnFEMI+K7MDENG\n").expect("a file");
}

#[test]
fn objects_come_back_as_they_went_whatever_they_are_called() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    secrets(folder.path());
    let store = ObjectStore::open(&server.spec(), folder.path()).expect("a store").of_run("fcos-1");
    let (there, back) = (folder.path().join("a \"file\" [1-3] {a,b} #1 \\ ü"), folder.path().join("back #1"));
    for (key, bytes) in [
        ("results/a/value", &b""[..]),
        ("with blank/ünïcode+%20&=?#'(*)!/~x", b"\x00\xff\r\n\n"),
        ("task[x86_64, a b]/out", b"text"),
        ("a/../b/./c", b"dots"),
    ] {
        fs::write(&there, bytes).expect("a file");
        store.put(key, &there).expect(key);
        assert!(store.get(key, &back).expect(key), "{key}");
        assert_eq!(fs::read(&back).expect("a file"), bytes, "{key}");
    }
    assert!(!store.get("results/b/value", &back).expect("an answer"), "what is not there is no error");
    assert!(server.keys().contains(&"ci/pipes/fcos-1/results/a/value".to_owned()), "{:?}", server.keys());
    let wrong = StoreSpec { place: "s3://nobucket/x".to_owned(), ..server.spec() };
    let wrong = ObjectStore::open(&wrong, folder.path()).expect("a store");
    let said = wrong.get("key", &back).expect_err("there is no bucket").to_string();
    assert!(said.contains("has no such bucket"), "{said}");
    pieces(&store, folder.path(), &server);
}

/// Something large, in pieces of 1000 bytes.
fn pieces(store: &ObjectStore, folder: &Path, server: &Server) {
    for length in [0, 1, 999, 1000, 1001, 2500] {
        let bytes: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0]).collect();
        let mut writer = Writer::with_pieces(store, "large", folder, 1000).expect("a writer");
        writer.write_all(&bytes).expect("it goes");
        writer.finish().expect("it goes");
        let mut back = Vec::new();
        let reader = Reader::open(store, "large", folder).expect("an answer");
        reader.expect("it is there").read_to_end(&mut back).expect("it comes");
        assert_eq!(back, bytes, "{length}");
    }
    assert!(server.keys().iter().any(|key| key.ends_with("/large.2")));
    let mut half = Writer::with_pieces(store, "half", folder, 10).expect("a writer");
    half.write_all(&[0; 100]).expect("it goes");
    drop(half);
    assert!(Reader::open(store, "half", folder).expect("an answer").is_none(), "what is half is not there");
}

/// What stands in arguments and variables is for everybody on the machine.
#[test]
fn no_credential_is_in_an_argument_or_a_variable() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    secrets(folder.path());
    let bin = folder.path().join("bin");
    fs::create_dir_all(&bin).expect("a folder");
    let real = Command::new("sh").args(["-c", "command -v curl"]).output().expect("sh runs");
    let real = String::from_utf8(real.stdout).expect("UTF-8");
    let said = folder.path().join("said");
    let wrapper = format!("#!/bin/sh\n{{ echo \"$@\"; env; }} >>'{}'\nexec '{}' \"$@\"\n", said.display(), real.trim());
    fs::write(bin.join("curl"), wrapper).expect("a file");
    fs::set_permissions(bin.join("curl"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let archive = super::builder::archive(&server);
    let ran = super::builder::run(&archive, folder.path(), &[("PATH", &format!("{}:/usr/bin:/bin", bin.display()))]);
    assert_eq!(ran.0, 0, "{}", ran.1);
    let said = fs::read_to_string(said).expect("curl was run");
    assert!(said.contains("-q --config -"), "{said}");
    for secret in ["AKIDEXAMPLE", "wJalrXUtnFEMI", "X-Amz-"] {
        assert!(!said.contains(secret), "{secret}");
        assert!(!ran.1.contains(secret), "{secret}");
    }
}

#[test]
fn a_server_that_fails_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("a port"));
    let server = std::thread::spawn(move || {
        for answer in ["503 Slow Down", "500 Oops", "200 OK"] {
            let (mut connection, _) = listener.accept().expect("somebody asks");
            let mut request = [0; 4096];
            let length = connection.read(&mut request).expect("a request");
            assert!(request[..length].starts_with(b"GET /b/key"));
            write!(connection, "HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                .expect("it reads");
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let spec = StoreSpec { place: "s3://b".to_owned(), endpoint: Some(endpoint), secret: None };
    let store = ObjectStore::open(&spec, folder.path()).expect("a store");
    assert!(store.get("key", &folder.path().join("back")).expect("the third answer"));
    server.join().expect("three were asked");
}

#[test]
fn credentials_are_read_as_people_keep_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |files: &[(&str, &str)]| {
        let store = folder.path().join("store");
        fs::remove_dir_all(&store).ok();
        fs::create_dir_all(&store).expect("a folder");
        files.iter().for_each(|(name, text)| fs::write(store.join(name), text).expect("a file"));
        let spec = StoreSpec { place: "s3://b/p".to_owned(), endpoint: None, secret: Some("store".to_owned()) };
        ObjectStore::open(&spec, folder.path()).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(open(&[("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")]), Ok(()));
    assert_eq!(open(&[("aws-access-key-id", "a"), ("secret_access_key", "b"), ("region", "eu-west-1")]), Ok(()));
    assert_eq!(open(&[("config", "[default]\naws_access_key_id = a\naws_secret_access_key=b=\n")]), Ok(()));
    let said = open(&[("value", "what")]).expect_err("it has none");
    assert!(said.contains("it needs the keys `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"), "{said}");
    let spec = StoreSpec { place: "b/p".to_owned(), endpoint: None, secret: None };
    assert!(ObjectStore::open(&spec, folder.path()).is_err());
}

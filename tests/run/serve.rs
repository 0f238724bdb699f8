//! The store over HTTP: what a browser, `curl` and a script of somebody get.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use pipec::contract::RunSpec;
use pipec::contract::store::{ResultFile, State, Stream};
use pipec::run::observe::{Change, Made, Observer as _, StepRef, TaskRef};
use pipec::run::store::recorder::Recorder;
use pipec::run::store::{About, Store};
use pipec::serve::{Settings, serve};
use serde_json::{Value, json};

use crate::browser::Browser;

#[test]
fn runs_statuses_and_logs_are_json() {
    let place = Place::new(None);
    let id = place.run(|recorder| build(recorder, b"compiling\n\xff\xfe\n"));
    let runs = place.json("/api/runs");
    assert_eq!(runs[0]["id"], json!(id));
    assert_eq!((&runs[0]["pipeline"], &runs[0]["state"]), (&json!("ci"), &json!("succeeded")));
    let run = place.json(&format!("/api/runs/{id}"));
    assert_eq!(
        run["graph"][1],
        json!({"name": "ship", "stage": null, "finally": false, "after": ["build"], "steps": ["run"]})
    );
    assert_eq!(run["status"]["tasks"][0]["state"], "succeeded");
    assert_eq!(place.json(&format!("/api/runs/{id}/result"))["success"], true);
    let steps = place.json(&format!("/api/runs/{id}/steps"));
    assert_eq!((&steps[0]["task"], &steps[0]["step"]), (&json!("build"), &json!("run")));
    let log = place.get(&format!("/api/runs/{id}/logs?task=build")).1;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines[0]["text"], "compiling\n");
    assert_eq!(lines[1]["base64"], "//4K");
    assert_eq!(place.get(&format!("/api/runs/{id}/logs?task=ship")).1, "");
}

#[test]
fn a_log_is_followed_and_taken_up_where_it_was_lost() {
    let place = Place::new(None);
    let (go, wait) = channel::<()>();
    let (id, over) = place.begin(move |recorder| {
        build_with(recorder, |step| {
            recorder.output(step, Stream::Stdout, b"one\n");
            wait.recv().ok();
            recorder.output(step, Stream::Stdout, b"two\n");
        })
    });
    let mut events = place.events(&format!("/api/runs/{id}/logs/events?task=build"), None);
    let first = events.next();
    assert_eq!((first.name.as_str(), first.json()["text"].as_str()), ("log", Some("one\n")));
    go.send(()).expect("the run goes on");
    assert_eq!(events.next().json()["text"], "two\n");
    assert_eq!(events.next().name, "end");
    let mut again = place.events(&format!("/api/runs/{id}/logs/events?task=build"), Some(&first.id));
    assert_eq!(again.next().json()["text"], "two\n", "what was seen is not sent again");
    over.recv().expect("the run ends");
}

#[test]
fn a_status_is_told_when_it_changes() {
    let place = Place::new(None);
    let (go, wait) = channel::<()>();
    let (id, over) = place.begin(move |recorder| {
        build_with(recorder, |_| {
            wait.recv().ok();
        })
    });
    let mut events = place.events(&format!("/api/runs/{id}/status/events"), None);
    while events.next().json()["tasks"][0]["state"] != "running" {}
    go.send(()).expect("the run goes on");
    let mut last = events.next();
    loop {
        let next = events.next();
        if next.name == "end" {
            break;
        }
        last = next;
    }
    assert_eq!(last.json()["state"], "succeeded");
    over.recv().expect("the run ends");
}

#[test]
fn an_artifact_is_fetched_whole_or_in_parts() {
    let place = Place::new(None);
    let given = place.given();
    let id = place.run(move |recorder| build_image(recorder, &given));
    let files = place.json(&format!("/api/runs/{id}/artifacts"));
    assert_eq!((&files[0]["task"], &files[0]["size"]), (&json!("build"), &json!(10)));
    let path = format!("/api/runs/{id}/artifacts/{}/{}", files[0]["step"], files[0]["artifactId"]);
    assert_eq!(place.get(&path).1, "0123456789");
    let (head, body) = place.ask(&path, &["Range: bytes=2-4"]);
    assert!(head.starts_with("HTTP/1.1 206 ") && head.contains("content-range: bytes 2-4/10"), "{head}");
    assert!(head.contains("content-disposition: attachment; filename=\"image.bin\""), "{head}");
    assert_eq!(body, "234");
    assert!(place.get(&format!("/api/runs/{id}/artifacts/1/99")).0.starts_with("HTTP/1.1 404 "));
    let lost = json!([{"step": 1, "task": "build", "name": "log", "why": "nothing is at `log`"}]);
    assert_eq!(place.json(&format!("/api/runs/{id}/artifacts/lost")), lost);
}

/// A later task may have put a link where an artifact was.
#[test]
fn nothing_outside_of_the_folders_of_a_run_is_fetched() {
    let place = Place::new(None);
    let given = place.given();
    let id = place.run(move |recorder| build_image(recorder, &given));
    let path = format!("/api/runs/{id}/artifacts/1/1");
    let file = place.given().join("image.bin");
    std::fs::rename(&file, place.given().join("kept")).expect("a file");
    std::os::unix::fs::symlink("kept", &file).expect("a link");
    assert_eq!(place.get(&path).1, "0123456789");
    std::fs::remove_file(&file).expect("a link");
    std::os::unix::fs::symlink("/etc/passwd", &file).expect("a link");
    let (head, body) = place.get(&path);
    assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("leads out of the folders of the run"), "{head}{body}");
}

#[test]
fn what_is_not_there_is_said() {
    let place = Place::new(None);
    assert_eq!(place.json("/api/runs"), json!([]));
    for path in ["/api/runs/nope", "/api/runs/..%2f..%2fetc/status", "/etc/passwd", "/api/runs/nope/logs/events"] {
        let (head, body) = place.get(path);
        assert!(head.starts_with("HTTP/1.1 404 "), "{path}: {head}");
        assert!(body.contains("\"error\":"), "{path}: {body}");
    }
}

#[test]
fn another_name_for_this_machine_is_refused() {
    let place = Place::new(None);
    let head = place.raw("GET /api/runs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").0;
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
}

#[test]
fn with_a_token_only_who_has_it_reads() {
    let token = "0123456789abcdef";
    let place = Place::new(Some(token));
    assert!(place.get("/api/runs").0.starts_with("HTTP/1.1 401 "));
    assert!(place.ask("/api/runs", &["Authorization: Bearer 0123456789abcdeX"]).0.starts_with("HTTP/1.1 401 "));
    assert!(place.ask("/api/runs", &["Authorization: Bearer 0123456789abcdef"]).0.starts_with("HTTP/1.1 200 "));
    assert!(place.get("/?token=wrong").0.starts_with("HTTP/1.1 401 "));
    let head = place.get("/?token=0123456789abcdef").0;
    assert!(head.starts_with("HTTP/1.1 303 ") && head.contains("HttpOnly; SameSite=Strict"), "{head}");
    assert!(place.ask("/", &["Cookie: pipec_token=0123456789abcdef"]).0.starts_with("HTTP/1.1 200 "));
}

/// The page in a real browser, while a run goes on and after.
#[test]
fn the_page_shows_the_graph_its_states_and_the_log() {
    let place = Place::new(None);
    let (go, wait) = channel::<()>();
    let given = place.given();
    let (id, over) = place.begin(move |recorder| {
        build_with(recorder, |step| {
            recorder.output(step, Stream::Stdout, b"<b>compiling</b> & linking\n");
            wait.recv().ok();
            made_image(recorder, &given);
        })
    });
    let mut browser = Browser::open(place.folder.path(), &format!("http://{}/#{id}", place.address));
    // A log is text and never markup.
    let live = browser.page_with("&lt;b&gt;compiling&lt;/b&gt; &amp; linking");
    assert!(live.contains("data-task=\"build\" data-state=\"running\""), "{live}");
    assert!(live.contains("data-task=\"ship\" data-state=\"pending\""), "{live}");
    go.send(()).expect("the run goes on");
    over.recv().expect("the run ends");
    browser.page_with("data-task=\"build\" data-state=\"succeeded\"");
    let mut after = Browser::open(&place.folder.path().join("after"), &format!("http://{}/", place.address));
    after.page_with("image.bin (10 bytes)");
    after.page_with("log is lost: nothing is at `log`");
}

/// A store, and a server of it that ends with the test.
struct Place {
    store: Store,
    folder: tempfile::TempDir,
    address: SocketAddr,
}

impl Place {
    fn new(token: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::at(folder.path().join("runs"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let settings = Settings { store: store.folder().to_owned(), token: token.map(str::to_owned) };
        std::thread::spawn(|| serve(listener, settings));
        Self { store, folder, address }
    }

    /// The folder that its runs were given as a workspace.
    fn given(&self) -> PathBuf {
        self.folder.path().join("given")
    }

    /// A run that is told by `tell`; its name.
    fn run(&self, tell: impl FnOnce(&Recorder<'_>) + Send + 'static) -> String {
        let (id, over) = self.begin(tell);
        over.recv().expect("the run ends");
        id
    }

    /// Its name, and who is told when it has ended.
    fn begin(&self, tell: impl FnOnce(&Recorder<'_>) + Send + 'static) -> (String, Receiver<()>) {
        let (store, given) = (self.store.clone(), self.given());
        std::fs::create_dir_all(&given).expect("a workspace");
        std::fs::write(given.join("image.bin"), "0123456789").expect("an artifact");
        let ((said, name), (ended, over)) = (channel(), channel());
        std::thread::spawn(move || record(&store, &given, &said, tell).map(|()| ended.send(())));
        (name.recv().expect("the run begins"), over)
    }

    fn get(&self, path: &str) -> (String, String) {
        self.ask(path, &[])
    }

    fn json(&self, path: &str) -> Value {
        let (head, body) = self.get(path);
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}\n{body}");
        serde_json::from_str(&body).expect("JSON")
    }

    fn ask(&self, path: &str, headers: &[&str]) -> (String, String) {
        let more: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{more}\r\n", self.address))
    }

    /// The head and the body of the answer.
    fn raw(&self, request: &str) -> (String, String) {
        let mut stream = self.connect(request);
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("an answer");
        let text = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let chunked = head.contains("transfer-encoding: chunked");
        (head.to_owned(), if chunked { unchunked(body) } else { body.to_owned() })
    }

    fn events(&self, path: &str, last: Option<&str>) -> Events {
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let stream = self.connect(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{last}\r\n", self.address));
        Events { lines: BufReader::new(stream) }
    }

    fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("the server");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        stream.write_all(request.as_bytes()).expect("a request");
        stream
    }
}

/// What a server sends as it happens.
struct Events {
    lines: BufReader<TcpStream>,
}

#[derive(Debug)]
struct Event {
    name: String,
    id: String,
    data: String,
}

impl Event {
    fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Events {
    fn next(&mut self) -> Event {
        let mut event = Event { name: String::new(), id: String::new(), data: String::new() };
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).expect("an event") > 0, "the stream ended: {event:?}");
            let line = line.trim_end();
            if let Some(name) = line.strip_prefix("event: ") {
                event.name = name.to_owned();
            } else if let Some(id) = line.strip_prefix("id: ") {
                event.id = id.to_owned();
            } else if let Some(data) = line.strip_prefix("data:") {
                event.data = data.trim_start().to_owned();
            } else if line.is_empty() && !event.name.is_empty() {
                return event;
            }
        }
    }
}

fn unchunked(body: &str) -> String {
    let (mut rest, mut whole) = (body, String::new());
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        if size == 0 || more.len() < size {
            break;
        }
        whole.push_str(&more[..size]);
        rest = &more[size + 2..];
    }
    whole
}

fn record(store: &Store, given: &Path, said: &Sender<String>, tell: impl FnOnce(&Recorder<'_>)) -> Option<()> {
    let folder = vec![given.display().to_string()];
    let about =
        About { pipeline: "ci".to_owned(), source: "ci.pipe".to_owned(), given: vec![("src".to_owned(), folder)] };
    let writing = store.create(about).expect("a run");
    said.send(writing.id().to_owned()).ok()?;
    let spec = spec();
    let recorded = writing.record(&spec, |recorder| {
        recorder.begins(&spec);
        tell(recorder);
        Ok(result())
    });
    assert!(recorded.unwritten.is_none(), "{:?}", recorded.unwritten);
    Some(())
}

fn build(recorder: &Recorder<'_>, bytes: &[u8]) {
    build_with(recorder, |step| recorder.output(step, Stream::Stdout, bytes));
}

/// As [`build`], of a task that makes this file.
fn build_image(recorder: &Recorder<'_>, given: &Path) {
    build_with(recorder, |_| made_image(recorder, given));
}

fn made_image(recorder: &Recorder<'_>, given: &Path) {
    let place = pipec::run::observe::Place {
        workspace: "src".to_owned(),
        inside: "image.bin".to_owned(),
        whole: given.join("image.bin"),
    };
    let image = Made { name: "image".to_owned(), place: Ok(place) };
    let log = Made { name: "log".to_owned(), place: Err("nothing is at `log`".to_owned()) };
    recorder.made(TaskRef { task: 0, turn: None }, &[image, log], false);
}

/// The task `build` from its start to its end.
fn build_with(recorder: &Recorder<'_>, work: impl FnOnce(StepRef<'_>)) {
    let task = TaskRef { task: 0, turn: None };
    let step = StepRef { task, step: 0, attempt: 1 };
    let change = |state, exit_code| Change { state, exit_code, warning: false, kept: false, key: None };
    recorder.task(task, &change(State::Running, None));
    recorder.step(step, &change(State::Running, None));
    work(step);
    recorder.step(step, &change(State::Succeeded, Some(0)));
    recorder.task(task, &change(State::Succeeded, Some(0)));
}

fn spec() -> RunSpec {
    let task = |name: &str, after: &[&str], artifacts: Value| {
        json!({"name": name, "origin": "ci.pipe:1", "after": after, "reads": [], "retries": 0, "go_on": false, "asks": {},
            "workspaces": [], "results": [], "artifacts": artifacts,
            "steps": [{"name": "run", "image": "i", "script": "#!/bin/sh\n", "env": [], "args": []}]})
    };
    let image = json!([{"name": "image", "workspace": "src", "path": {"literal": "image.bin"}}]);
    serde_json::from_value(json!({"version": 1, "pipeline": "ci", "segment": "ci", "class": "local", "finally": false,
        "at_once": 2, "room": {}, "brought": {"results": [], "statuses": []}, "kept": {"results": [], "statuses": []},
        "secrets": "", "workspaces": [{"name": "src", "brought": false, "kept": false, "param": "src"}], "params": [], "returns": [],
        "tasks": [task("build", &[], image), task("ship", &["build"], json!([]))]}))
    .expect("a plan")
}

fn result() -> ResultFile {
    serde_json::from_value(json!({"name": "ci", "type": "pipeline", "success": true, "outcome": "succeeded",
        "exit_code": 0, "duration_ms": 1, "tasks": []}))
    .expect("a result")
}

//! Headless Chromium, driven by its debugging protocol over a pipe.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// One page.
#[derive(Debug)]
pub(super) struct Browser {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: String,
    id: u64,
}

impl Browser {
    /// Opens a page; `folder` is for what the browser keeps.
    pub(super) fn open(folder: &Path, address: &str) -> Self {
        let profile = folder.join("browser");
        // It reads from file 3 and writes to file 4.
        let mut child = Command::new("bash")
            .args(["-c", "exec chromium \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "chromium"])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let mut browser = Self { child, input, output: BufReader::new(output), session: String::new(), id: 0 };
        let target = browser.call("Target.createTarget", json!({ "url": address }))["targetId"].clone();
        let session = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    /// The whole page, once it has the text in it.
    pub(super) fn page_with(&mut self, text: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let page = self.page();
            if page.contains(text) {
                return page;
            }
            assert!(Instant::now() < until, "no `{text}` in: {page}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub(super) fn page(&mut self) -> String {
        let expression = json!({ "expression": "document.documentElement.outerHTML" });
        let answer = self.call("Runtime.evaluate", expression);
        answer["result"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let mut message = json!({ "id": self.id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).expect("Debian's package chromium is installed");
        loop {
            let mut bytes = Vec::new();
            self.output.read_until(0, &mut bytes).expect("an answer");
            assert_eq!(bytes.pop(), Some(0), "the browser ended: Debian's package chromium has to be installed");
            let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            if answer["id"] == json!(self.id) {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

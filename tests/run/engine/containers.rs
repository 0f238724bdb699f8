//! `--runner`: how a step is handed to a container engine. The engine is a script that notes what it was told and runs it.

use pipec::contract::store::State;
use pipec::run::engine::Runner;

use super::Line;

/// Takes the options apart like the engines do and starts the entry point with the named variables only.
const ENGINE: &str = include_str!("../../it/emitted_shell/engine.sh");

fn in_containers(mut line: Line) -> Line {
    line.write("bin/podman", ENGINE);
    let path = format!("{}:{}", line.path("bin").display(), std::env::var("PATH").unwrap());
    line.set("PATH", &path);
    line.runner = Runner::Podman;
    line
}

#[test]
fn a_step_runs_in_its_image_with_its_files_values_and_limits() {
    let mut line = in_containers(Line::of(
        r#"
        task a(srv: workspace, text: string, token: secret) -> (x: string) {
            image: "quay.io/x/y:1"
            needs: { privileged: true, network: false, memory: 1Mi, cpu: 1000 }
            env: { TEXT: text, HOME: "/not/the/clients", TOKEN: token }
            files: { "token": token }
            run: "printf '%s|%s|%s|' \"$TEXT\" \"$HOME\" \"$TOKEN\" >\"$TOP/got\"; cat token >>\"$TOP/got\"; echo ~{srv / "x"} >>\"$TOP/got\"; echo x >~{out.x}"
        }
        pipeline line(text: string, token: secret) { workspace srv { size: 1Gi }
            a(srv, text, token) }"#,
    ));
    line.write("secret", "s3cr3t");
    let secret = format!("file:{}", line.path("secret").display());
    line.give("text", "two\nlines, \"q\"").give("token", &secret).succeed();
    let work = line.work().display().to_string();
    assert_eq!(line.read("got"), format!("two\nlines, \"q\"|/not/the/clients|s3cr3t|s3cr3t{work}/workspaces/srv/x\n"));
    assert_eq!(line.read("images"), "quay.io/x/y:1\n");
    let told = line.read("words");
    let told: Vec<&str> = told.split('\0').collect();
    let has = |words: &[&str]| told.windows(words.len()).any(|window| window == words);
    let mount = |path: &str, end: &str| format!("type=bind,\"source={work}/{path}\",\"target={work}/{path}\"{end}");
    let script = std::fs::read_dir(line.path("work/scripts")).unwrap().next().unwrap().unwrap().file_name();
    let script = format!("scripts/{}", script.to_string_lossy());
    let mounts = [mount(&script, ",readonly"), mount("outputs/a", ""), mount("workspaces/srv", "")];
    mounts.iter().for_each(|one| assert!(has(&["--mount", one]), "{one} in {told:#?}"));
    for words in [&["--privileged"][..], &["--network", "none"], &["--memory", "1048576"], &["--cpus"]] {
        assert!(has(words), "{words:?} in {told:#?}");
    }
    let modes = line.read("modes").replace(&work, "WORK");
    let modes: Vec<&str> = modes.lines().collect();
    let open = ["outputs/a", "scratch/a", "state/a", "workspaces/srv"].map(|folder| format!("777 WORK/{folder}"));
    assert_eq!(
        (modes[0], &modes[1..5]),
        (&*format!("755 WORK/{script}"), open.each_ref().map(String::as_str).as_slice())
    );
    // The secret as a file, and that which is a variable only inside.
    assert!(modes.len() == 7 && modes[5..].iter().all(|mode| mode.starts_with("644 ")), "{modes:?}");
    let given: Vec<&str> = told.iter().filter(|word| word.starts_with("PIPE_GIVEN_")).copied().collect();
    assert_eq!(given.len(), 3, "{told:#?}");
    assert!(told.iter().all(|word| !word.contains("s3cr3t") && !word.contains("lines,")) && !has(&["--env", "HOME"]));
    assert!(!line.has("removed"));
}

#[test]
fn a_container_whose_client_is_ended_is_removed() {
    let line = in_containers(Line::of_task("touch \"$TOP/runs\"\nsleep 60", ""));
    let told = line.run_while(|cancel| {
        line.wait_for("runs");
        cancel.heed(15);
    });
    assert_eq!((told.result.exit_code, told.status("a")), (143, State::Cancelled), "{told:#?}");
    let words = line.read("words");
    let name = words.split('\0').skip_while(|word| *word != "--name").nth(1).unwrap();
    assert_eq!(line.read("removed"), format!("{name}\n"));
}

#[test]
fn an_engine_that_is_not_there_is_said_before_anything_runs() {
    let mut line = Line::of_task("touch \"$TOP/a\"", "");
    line.runner = Runner::Podman;
    line.set("PATH", &line.path("bin").display().to_string());
    assert_eq!(line.preflight(), ["there is no `podman` on this machine"]);
    assert_eq!(line.run().result.exit_code, 2);
}

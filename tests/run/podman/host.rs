//! What a container sees of the machine.

use super::{engine, pipeline};
use crate::commands::Place;

/// What podman itself puts into a container.
const OF_PODMAN: &[&str] = &["/proc", "/sys", "/dev", "/run"];
const FILES_OF_PODMAN: &[&str] = &["/", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/// 4.7, 1.17: no path of the machine is there but those of the run, and of these a script cannot be written.
#[test]
fn capability_4_7_nothing_of_the_host_is_there_but_what_is_mounted() {
    let Some(engine) = engine() else { return };
    let body = r#"
    workspace src { size: 1Gi }
    workspace others { size: 1Gi }
    task fill { workdir: others, run: "echo theirs > file" }
    task look -> string {
        workdir: src
        run: """
            pwd > ~{out}
            while read -r _ _ _ _ place _; do echo "at $place"; done < /proc/self/mountinfo
            ls -A .. ../..
            if (echo more >> "$0") 2> /dev/null; then echo "wrote a script"; fi
            for path in /home /root /work /var/lib /etc/passwd; do if [ -e "$path" ]; then echo "$path is there"; fi; done
            id -u
        """
    } after fill
    return look"#;
    let place = Place::new(&pipeline("sees", "() -> string", body));
    place.put("private", "of the host");
    let ran = engine.run(&place, &[]).exits(0);
    let work = place.last().join("work").canonicalize().unwrap().display().to_string();
    let said: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix("look | ")).collect();
    let strange = |at: &&str| {
        !FILES_OF_PODMAN.contains(at) && !OF_PODMAN.iter().any(|top| *at == *top || at.starts_with(&format!("{top}/")))
    };
    let mut mounts: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix("at ")).filter(strange).collect();
    mounts.sort_unstable();
    let scripts: Vec<&str> = mounts.iter().filter(|at| at.starts_with(&format!("{work}/scripts/"))).copied().collect();
    assert_eq!(scripts.len(), 1, "{mounts:?}");
    mounts.retain(|at| !scripts.contains(at));
    let good = ["outputs/look", "scratch/look", "state/look", "workspaces/src"].map(|path| format!("{work}/{path}"));
    assert_eq!(mounts, good, "{}", ran.out);
    let rest: Vec<&str> = said.iter().filter(|line| !line.starts_with("at ")).copied().collect();
    let good = ["..:", "src", "", "../..:", "outputs", "scratch", "scripts", "state", "workspaces", "0"];
    assert_eq!(rest, good, "{}", ran.out);
    assert!(ran.out.ends_with(&format!("value = {work}/workspaces/src\n")), "{}", ran.out);
}

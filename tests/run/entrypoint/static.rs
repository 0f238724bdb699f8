//! 2.15: one file that needs nothing of its image, small and fast.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::folder;

const TARGET: &str = "x86_64-unknown-linux-musl";
pub(super) const ARM: &str = "aarch64-unknown-linux-musl";

/// Most bytes of it: 1 MB.
const MOST: u64 = 1_000_000;

/// Built once; `None` where the target is not installed.
pub(crate) fn built() -> Option<&'static PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(|| build(TARGET)).as_ref()
}

/// The same for the other architecture.
pub(super) fn built_for_arm() -> Option<&'static PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(|| build(ARM)).as_ref()
}

fn build(target: &str) -> Option<PathBuf> {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc runs");
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout).expect("UTF-8").trim());
    if !sysroot.join("lib/rustlib").join(target).is_dir() {
        assert!(std::env::var_os("PIPEC_NEEDS_MUSL").is_none(), "rustup target add {target}");
        return None;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("entrypoint");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--profile", "entrypoint", "--bin", "pipec-entrypoint"])
        .args(["--no-default-features", "--target", target, "--target-dir"])
        .arg(&folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUSTFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "it builds");
    Some(folder.join(target).join("entrypoint/pipec-entrypoint"))
}

#[test]
fn capability_2_15_it_is_static_and_small() {
    let Some(file) = built() else { return };
    let size = std::fs::metadata(file).expect("it is there").len();
    assert!(size < MOST, "{size} bytes");
    let bytes = std::fs::read(file).expect("a file");
    assert_eq!(interpreter(&bytes), None, "no loader and no library");
}

/// 2.15: for the other architecture it is the same: a file of its kind that asks for no loader, of less than a megabyte.
#[test]
fn capability_2_15_it_is_static_and_small_on_arm() {
    let Some(file) = built_for_arm() else { return };
    let bytes = std::fs::read(file).expect("a file");
    assert!((bytes.len() as u64) < MOST, "{} bytes", bytes.len());
    assert_eq!(bytes[18..20], [183, 0], "the number of that architecture");
    assert_eq!(interpreter(&bytes), None, "no loader and no library");
}

/// 2.15: within 2 ms; the best of many, since other processes run here too.
#[test]
fn capability_2_15_it_starts_at_once() {
    let Some(file) = built() else { return };
    let time = |command: &mut Command| {
        let began = Instant::now();
        assert!(command.status().expect("it starts").success());
        began.elapsed()
    };
    let best = |make: &dyn Fn() -> Command| (0..40).map(|_| time(&mut make())).min().unwrap_or_default();
    let bare = best(&|| Command::new("/bin/true"));
    let ours = best(&|| {
        let mut command = Command::new(file);
        command.args(["--", "/bin/true"]);
        command
    });
    assert!(ours.saturating_sub(bare) < Duration::from_millis(2), "{ours:?}, and {bare:?} without it");
}

/// 2.3: an image that holds nothing else, where that can be tried.
#[test]
fn capability_2_3_it_copies_itself_out_of_an_empty_image() {
    let Some(file) = built() else { return };
    let root = folder();
    std::fs::create_dir_all(root.path().join("proc")).expect("a folder");
    std::fs::copy(file, root.path().join("entrypoint")).expect("a copy");
    let script = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /entrypoint init /tools";
    let unshare = ["--user", "--map-root-user", "--mount", "--pid", "--fork"];
    let mut command = Command::new("unshare");
    let ran = command.args(unshare).args(["sh", "-c", script]).arg(root.path()).output().expect("unshare runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    if said.contains("unshare:") || said.contains("mount:") {
        // No namespaces here: at least it needs no variable and no folder.
        let tools = root.path().join("tools");
        let ran = Command::new(file).arg("init").arg(&tools).env_clear().current_dir("/").status().expect("it starts");
        assert!(ran.success() && tools.is_dir());
        return;
    }
    assert!(ran.status.success(), "{said}");
    let name = String::from_utf8(ran.stdout).expect("UTF-8");
    let copy = root.path().join(name.trim().trim_start_matches('/'));
    assert_eq!(std::fs::read(copy).expect("the copy"), std::fs::read(file).expect("a file"));
}

/// What the file asks to be loaded by: the text of its program header of type 3.
fn interpreter(elf: &[u8]) -> Option<String> {
    let number =
        |at: usize, bytes: usize| elf[at..at + bytes].iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte));
    assert_eq!(&elf[..5], b"\x7fELF\x02", "64 bits");
    let (headers, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let header = (0..count).map(|at| headers + at * size).find(|at| number(*at, 4) == 3)?;
    let (start, length) = (number(header + 8, 8), number(header + 32, 8));
    Some(String::from_utf8_lossy(&elf[start..start + length]).into_owned())
}

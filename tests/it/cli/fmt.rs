//! `pipec fmt`: what is written, listed and shown.

use super::run::Place;

const LOOSE: &str = "const  a:int=1 // why\n";
const NEAT: &str = "const a: int = 1 // why\n";
const BROKEN: &str = "const a: int = = 1\n";

#[test]
fn files_are_rewritten_and_named_and_a_second_time_nothing_happens() {
    let place = Place::with(&[("b.pipe", LOOSE), ("sub/c.pipe", LOOSE), ("neat.pipe", NEAT), ("x.txt", LOOSE)]);
    let ran = place.run(&["fmt"]).exits(0);
    assert_eq!((&*ran.out, &*ran.err), ("b.pipe\nsub/c.pipe\n", ""));
    assert_eq!((&*place.read("b.pipe"), &*place.read("sub/c.pipe"), &*place.read("x.txt")), (NEAT, NEAT, LOOSE));
    assert_eq!(place.names("."), ["b.pipe", "neat.pipe", "sub", "x.txt"], "nothing is left beside them");
    let again = place.run(&["fmt"]).exits(0);
    assert_eq!((&*again.out, &*again.err), ("", ""));
    assert_eq!(place.run(&["fmt", "x.txt"]).exits(0).out, "x.txt\n", "a file that is named counts whatever its name");
}

#[test]
fn check_writes_nothing_and_lists_what_would_change() {
    let place = Place::with(&[("b.pipe", LOOSE), ("neat.pipe", NEAT)]);
    let ran = place.run(&["fmt", "--check"]).exits(1);
    assert_eq!((&*ran.out, &*ran.err), ("b.pipe\n", ""));
    assert_eq!(place.read("b.pipe"), LOOSE);
    assert_eq!(place.run(&["fmt", "--check", "neat.pipe"]).exits(0).out, "");
}

#[test]
fn diff_writes_nothing_and_shows_what_would_change() {
    let place = Place::with(&[("b.pipe", LOOSE), ("neat.pipe", NEAT)]);
    let ran = place.run(&["fmt", "--diff"]).exits(1);
    assert_eq!(ran.out, "--- b.pipe\n+++ b.pipe\n@@ -1 +1 @@\n-const  a:int=1 // why\n+const a: int = 1 // why\n");
    assert_eq!(place.read("b.pipe"), LOOSE);
    assert_eq!(place.run(&["fmt", "--diff", "neat.pipe"]).exits(0).out, "");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::with(&[("b.pipe", LOOSE), ("neat.pipe", NEAT), ("broken.pipe", BROKEN)]);
    let pipec = env!("CARGO_BIN_EXE_pipec");
    assert_eq!(place.shell(&format!("{pipec} fmt - < b.pipe")).exits(0).out, NEAT);
    assert_eq!(place.shell(&format!("{pipec} fmt - < neat.pipe")).exits(0).out, NEAT, "also when nothing changes");
    assert_eq!(place.shell(&format!("{pipec} fmt --check - < b.pipe")).exits(1).out, "-\n");
    let broken = place.shell(&format!("{pipec} fmt - < broken.pipe")).exits(1).says("error[P0101]");
    assert_eq!(broken.out, "");
    assert_eq!(place.read("b.pipe"), LOOSE);
}

#[test]
fn what_cannot_be_read_is_reported_and_the_others_are_laid_out() {
    let place = Place::with(&[("a.pipe", BROKEN), ("b.pipe", LOOSE)]);
    let ran = place.run(&["fmt"]).exits(1).says("error[P0101]").says("a.pipe:1:16");
    assert_eq!(ran.out, "b.pipe\n");
    assert_eq!((&*place.read("a.pipe"), &*place.read("b.pipe")), (BROKEN, NEAT));
    place.run(&["fmt", "none.pipe", "b.pipe"]).exits(2).says("`none.pipe` cannot be read: there is no such file");
    place.put("c.pipe", [0xff, 0xfe]);
    place.run(&["fmt", "c.pipe"]).exits(1).says("P0108");
    Place::new().run(&["fmt"]).exits(2).says("P0702");
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_permissions_stay() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with(&[("real/a.pipe", LOOSE), ("locked.pipe", LOOSE)]);
    symlink("real/a.pipe", place.path("link.pipe")).unwrap();
    fs::set_permissions(place.path("real/a.pipe"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(place.path("locked.pipe"), fs::Permissions::from_mode(0o444)).unwrap();
    assert_eq!(place.run(&["fmt", "link.pipe"]).exits(0).out, "link.pipe\n");
    assert!(fs::symlink_metadata(place.path("link.pipe")).unwrap().is_symlink());
    assert_eq!(place.read("real/a.pipe"), NEAT);
    assert_eq!(fs::metadata(place.path("real/a.pipe")).unwrap().permissions().mode() & 0o777, 0o640);
    place.run(&["fmt", "locked.pipe"]).exits(2).says("`locked.pipe` cannot be written: it is read-only");
    assert_eq!(place.read("locked.pipe"), LOOSE);
}

//! Random scripts and random command lines.

use proptest::prelude::*;

use super::{checked, program};

/// One flag of the command `mk disk` with a good value, and what makes it wrong.
fn flag() -> impl Strategy<Value = String> {
    // `-1` is a flag.
    let number = (2_i32..99, any::<bool>()).prop_map(|(n, less)| (if less { -n } else { n }).to_string());
    let joint = prop_oneof![Just(" "), Just("=")];
    let glued = (0_u32..99).prop_map(|number| format!("-j{number}"));
    prop_oneof![
        prop_oneof![Just("-f"), Just("--force"), Just("-i"), Just("-fi"), Just("--force=true"), Just("-1")]
            .prop_map(str::to_owned),
        (joint.clone(), number).prop_map(|(joint, number)| format!("--jobs{joint}{number}")),
        (joint.clone(), prop_oneof![Just("x86_64"), Just("aarch64")])
            .prop_map(|(joint, arch)| format!("--arch{joint}{arch}")),
        (joint.clone(), "[a-z]{1,8}").prop_map(|(joint, key)| format!("--key{joint}s3://{key}")),
        (joint, "[a-z0-9.]{1,8}").prop_map(|(joint, tag)| format!("--tag{joint}{tag}")),
        glued,
        Just("--m1 --m2".to_owned()),
        Just("--jobs \"$n\"".to_owned()),
        Just("--tag=\"a$b\"".to_owned()),
    ]
}

fn line() -> impl Strategy<Value = Vec<String>> {
    let kind = prop_oneof![Just("--images"), Just("--oci --key=s3://a")].prop_map(str::to_owned);
    let place =
        prop_oneof![Just("mk disk"), Just("mk -v disk"), Just("sudo mk --root /x disk")].prop_map(str::to_owned);
    (place, kind, prop::collection::vec(flag(), 0..6)).prop_map(|(place, kind, flags)| {
        let mut words = vec![place, kind];
        words.extend(flags);
        words
    })
}

/// A fault and its code.
fn fault() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop_oneof![
        Just(("--froce", "P0521")),
        Just(("--no-such=1", "P0521")),
        Just(("-z", "P0521")),
        Just(("--verbose", "P0523")),
        Just(("--root=/x", "P0523")),
        Just(("--jobs=many", "P0524")),
        Just(("--arch=vax", "P0524")),
        Just(("--key=http://a", "P0524")),
        Just(("--force=perhaps", "P0524")),
        Just(("--oci --images", "P0528")),
        Just(("--size=1G --wait=1s", "P0528")),
        Just(("--jobs", "P0524")),
    ]
}

fn codes(run: &str) -> Vec<&'static str> {
    checked(&program("", run)).1.iter().map(|one| one.code.id()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_command_lines_are_silent(line in line()) {
        let run = line.join(" ");
        prop_assert_eq!(codes(&run), Vec::<&str>::new(), "{}", run);
    }

    #[test]
    fn one_fault_is_found(line in line(), (fault, code) in fault(), at in 0_usize..8) {
        let mut line = line;
        // A flag that lacks its value has to be followed by one.
        let at = if fault == "--jobs" { line.len() } else { 2 + at % (line.len() - 1) };
        line.insert(at, fault.to_owned());
        let run = line.join(" ");
        prop_assert!(codes(&run).contains(&code), "{}: {:?}", run, codes(&run));
    }

    #[test]
    fn any_words_are_read(words in prop::collection::vec(prop_oneof![
        "mk|disk|sign|in|gone|--|-|-f|--tag|--name=|--jobs|bash|-c|eval|xargs|find|-exec|;|\\$x|\"\\$x\"|'|\"|<<EOF|EOF|\n|\\(|\\)|`|\\\\|\\{\\}|-fij|=|é|sudo|env|A=b",
        "[ -~]{0,6}",
    ], 0..20), glue in prop_oneof![Just(" "), Just("")]) {
        // Only that it comes back matters.
        codes(&words.join(glue).replace("~{", "").replace("\"\"\"", ""));
    }
}

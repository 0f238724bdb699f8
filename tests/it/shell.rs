//! Reading shell text.

mod oracle;
mod unset;

use std::time::Instant;

use pipec::shell::{Context, FaultKind, Piece, Place, Scan, Word, program, scan};
use proptest::prelude::*;

/// Scans a script in which `@@` is a hole.
fn read(script: &str) -> Scan {
    scan(&pieces(script))
}

fn pieces(script: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (at, text) in script.split("@@").enumerate() {
        if at > 0 {
            pieces.push(Piece::Hole);
        }
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn contexts(script: &str) -> Vec<Context> {
    let scan = read(script);
    assert_eq!(scan.faults, [], "{script}");
    scan.holes.iter().map(|hole| hole.context).collect()
}

fn words(words: &[Word]) -> String {
    let text = |word: &Word| match word {
        Word::Plain(text) => text.to_string(),
        Word::Value(_) | Word::Unknown { .. } => "?".to_owned(),
    };
    words.iter().map(text).collect::<Vec<_>>().join(" ")
}

fn commands(script: &str) -> Vec<String> {
    let scan = read(script);
    assert_eq!(scan.faults, [], "{script}");
    scan.commands.iter().map(|command| words(&command.words)).collect()
}

fn readers(script: &str) -> Vec<Option<String>> {
    read(script).holes.iter().map(|hole| hole.code_for.as_deref().map(str::to_owned)).collect()
}

#[track_caller]
fn at(script: &str, context: Context) {
    assert_eq!(contexts(script), [context], "{script}");
}

#[test]
fn a_value_stands_in_the_innermost_quotes() {
    at("echo @@", Context::Word);
    at("echo \"a @@\"", Context::DoubleQuoted);
    at("echo \"$(echo @@)\"", Context::Word);
    at("echo \"`echo @@`\"", Context::Word);
    at("echo \"`echo \\\"@@\\\"`\"", Context::DoubleQuoted);
    at("echo `echo \\`echo '@@'\\``", Context::SingleQuoted);
    at("echo \"${x:-@@}\" 'no'", Context::DoubleQuoted);
    at("echo \"${x:-$(echo @@)}\"", Context::Word);
    at("echo \"${x#@@}\"", Context::Word);
    at("echo ${x:-'@@'}", Context::SingleQuoted);
    at("echo \"${x:-'@@'}\"", Context::DoubleQuoted);
    at("echo $'it\\'s @@'", Context::SingleQuoted);
    at("echo \\\\@@", Context::Word);
    at("echo \\@@", Context::SingleQuoted);
    at("echo \"\\@@\"", Context::SingleQuoted);
    at("a=@@", Context::Word);
    at("echo >@@", Context::Word);
    at("case @@ in a) ;; esac", Context::Word);
    at("case a in (@@|b) ;; esac", Context::Word);
    at("[[ a == @@ ]]", Context::Word);
    at("echo a#@@", Context::Word);
    at("echo # @@", Context::Comment);
    at("x=$(# @@\n)", Context::Comment);
}

#[test]
fn arithmetic_is_told_from_subshells() {
    at("echo $(( 1 + @@ ))", Context::Arithmetic);
    at("echo \"$(( (1) * (@@) ))\"", Context::Arithmetic);
    at("(( x = @@ ))", Context::Arithmetic);
    at("echo $[ @@ ]", Context::Arithmetic);
    at("a[@@]=1", Context::Arithmetic);
    at("echo ${a[@@]} ${a[@]}", Context::Arithmetic);
    at("echo ${x:@@:1}", Context::Arithmetic);
    at("for ((i = 0; i < @@; i++)); do :; done", Context::Arithmetic);
    at("echo $(( \"@@\" ))", Context::Arithmetic);
    at("echo $(( $(echo @@) ))", Context::Word);
    at("((echo @@); echo)", Context::Word);
    at("echo $((echo a); (echo @@))", Context::Word);
    at("declare -A m; m[@@]=1", Context::Word);
}

#[test]
fn here_documents_are_read_at_the_next_line_end() {
    at("cat <<A\n@@\nA\n", Context::HereDocument);
    at("cat <<'A'\n@@\nA\n", Context::QuotedHereDocument);
    at("cat <<\\A\n@@\nA\n", Context::QuotedHereDocument);
    at("cat <<-A\n\t@@\n\tA\n", Context::HereDocument);
    at("cat <<A\n\tA\n@@\nA\n", Context::HereDocument);
    at("cat <<A\na\\\nA\n@@\nA\n", Context::HereDocument);
    at("cat <<A\n$(echo '@@')\nA\n", Context::SingleQuoted);
    at("cat <<A\n'\"@@\nA\n", Context::HereDocument);
    at("cat <<A && echo \"\n@@\n\"\nA\nA\n", Context::DoubleQuoted);
    at("x=$(cat <<A\n@@ )\nA\n)", Context::HereDocument);
    at("cat <<< @@", Context::Word);
    at("cat <<A\nA\necho @@", Context::Word);
    let script = "cat <<A 3<<'B'; echo @@\n@@\nA\n@@\nB\necho '@@'";
    let order = [Context::Word, Context::HereDocument, Context::QuotedHereDocument, Context::SingleQuoted];
    assert_eq!(contexts(script), order);
}

#[test]
fn a_here_document_knows_its_delimiter_and_body() {
    let script = "cat <<'E F' x\nbody\nE F\n";
    let scan = read(script);
    let here = &scan.here_documents[0];
    let text = |(from, to): (Place, Place)| &script[from.byte..to.byte];
    assert_eq!((text(here.delimiter), text(here.body), here.quoted), ("'E F'", "body\n", true));
    assert_eq!(here.at.byte, 4);
}

#[test]
fn a_whole_word_is_where_a_list_may_stand() {
    let whole = |script: &str| read(script).holes.iter().map(|hole| hole.whole).collect::<Vec<_>>();
    assert_eq!(whole("@@ @@ a@@ \"@@\" --x=@@"), [true, true, false, false, false]);
    assert_eq!(whole("a=@@ b=(@@ x@@) c >@@ <<<@@"), [false, true, false, false, false]);
    assert_eq!(
        whole("for i in @@; do x @@; done; case @@ in @@) ;; esac; [[ @@ ]]"),
        [true, true, false, false, false]
    );
    assert_eq!(whole("x $(y @@) @@@@"), [true, false, false]);
}

#[test]
fn functions_have_arguments_of_their_own() {
    let inside = |script: &str| read(script).holes.iter().map(|hole| hole.in_function).collect::<Vec<_>>();
    assert_eq!(inside("f() { a @@; }; b @@"), [true, false]);
    assert_eq!(inside("function f\n(\na $(b @@)\n)\nb @@"), [true, false]);
    assert_eq!(inside("f() if a @@; then b; fi; c @@; { d @@; }"), [true, false, false]);
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let all = |script: &str| commands(script).join(" | ");
    assert_eq!(all("a=b cosa build; x | y && z"), "cosa build | x | y | z");
    assert_eq!(all("\"co\"sa 'bu'ild \\x $y a$(b c)"), "cosa build x ? ? | b c");
    assert_eq!(all("if a; then b; elif c; then d; else e; fi"), "a | b | c | d | e");
    assert_eq!(all("while a; do b; done < c; until d\ndo e\ndone"), "a | b | d | e");
    assert_eq!(all("for if in then do; do a; done; b done fi"), "a | b done fi");
    assert_eq!(all("for i\nin a\ndo b; done; for i do c; done"), "b | c");
    assert_eq!(all("case a in b) c;; (d|e) f;; esac; g"), "c | f | g");
    assert_eq!(all("case x in esac; a"), "a");
    assert_eq!(all("f() { a; }; function g { b; }; h () (c)"), "a | b | c");
    assert_eq!(all("! a; time -p b; { c; }; (d); ((e)); [[ f && g ]]; h"), "a | b | c | d | h");
    assert_eq!(all("a >b 2>&1 c {fd}<d <<<e &>f g"), "a c g");
    assert_eq!(all("a 2>b 3 4"), "a 3 4");
    assert_eq!(all("x=(a b); y=$(c); z=`d \\`e\\``"), "c | d ? | e");
    assert_eq!(all("cat <<A\n$(a)\n`b`\nA\nc"), "cat | a | b | c");
    assert_eq!(all("a <(b) >(c) \"${x:-$(d)}\" $(( $(e) ))"), "a ? ? ? ? | b | c | d | e");
    assert_eq!(all("a \\\n b # c; d\ne;f&g"), "a b | e | f | g");
    assert_eq!(all("'if' a; i\\f b; \"[[\" c"), "if a | if b | [[ c");
    assert_eq!(all("ls !(a|b) @(c) | d"), "ls !(a|b) @(c) | d");
    assert_eq!(all("!(a); export X=b Y=(c d)"), "a | export X=b ?");
}

#[test]
fn a_command_knows_its_place() {
    let scan = read("a=1 b @@; c");
    let places: Vec<_> = scan.commands.iter().map(|command| (command.at.piece, command.at.byte)).collect();
    assert_eq!(places, [(0, 4), (2, 2)]);
    let scan = read("x `a; \\`b\\``");
    let bytes: Vec<_> = scan.commands.iter().map(|command| command.at.byte).collect();
    assert_eq!(bytes, [0, 3, 7, 8]);
}

#[test]
fn wrappers_are_looked_through() {
    let runs = |script: &str| words(program(&read(script).commands[0]));
    assert_eq!(runs("cosa build"), "cosa build");
    assert_eq!(runs("sudo -E -u root cosa build"), "cosa build");
    assert_eq!(runs("sudo -uroot A=b cosa build"), "cosa build");
    assert_eq!(runs("sudo --user root -- cosa build"), "cosa build");
    assert_eq!(runs("env -i A=b C=\"$d\" -u x cosa build"), "-u x cosa build");
    assert_eq!(runs("/usr/bin/env -u x A=b C=\"$d\" cosa build"), "cosa build");
    assert_eq!(runs("timeout -k 5 --signal=KILL 5m nice -n 5 cosa build"), "cosa build");
    assert_eq!(runs("exec -a name nohup command -p cosa build"), "cosa build");
    assert_eq!(runs("command -v cosa"), "command -v cosa");
    assert_eq!(runs("time env time -f x cosa build"), "cosa build");
    assert_eq!(runs("sudo $flags cosa build"), "cosa build");
    assert_eq!(runs("nice $flags cosa build"), "? cosa build");
    assert_eq!(runs("timeout 5m"), "timeout 5m");
    assert_eq!(runs("xargs -n 1 --max-procs 4 -I{} cosa build {}"), "cosa build {}");
    assert_eq!(runs("find . -name a -exec cosa sign {} + -print"), "cosa sign {}");
    assert_eq!(runs("find . -name a -exec cosa sign"), "find . -name a -exec cosa sign");
    assert_eq!(runs("sudo find . -ok env A=b cosa sign \\;"), "cosa sign");
}

#[test]
fn values_that_are_read_as_code_are_told() {
    let code = |script: &str| {
        let all = readers(script).into_iter().map(|reader| reader.unwrap_or("-".to_owned()));
        all.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(code("eval @@ \"a @@\"; eval \"$(a @@)\""), "eval, eval, -");
    assert_eq!(code("bash -c @@ @@; sh -ec \"a @@\" b @@; bash @@"), "bash -c, -, sh -c, -, -");
    assert_eq!(code("bash -euo pipefail -c \"@@\" x; bash -o @@ -c a"), "bash -c, -");
    assert_eq!(code("sudo -u @@ sh -c @@; env A=@@ /bin/sh -c @@"), "-, sh -c, -, sh -c");
    assert_eq!(code("trap \"rm @@\" EXIT; trap a @@; . @@; source \"@@\" @@"), "trap, -, ., source, -");
    assert_eq!(code("ssh -p @@ @@ a @@; ssh h \"a @@\""), "-, -, ssh, ssh");
    assert_eq!(code("python3 -c \"@@\" @@; perl -ne \"@@\"; perl a -x @@"), "python3 -c, -, perl -e, -");
    assert_eq!(code("awk -v x=@@ \"{ print @@ }\" @@; awk -f @@ @@"), "-, awk, -, -, -");
    assert_eq!(code("xargs -n 1 sh -c \"@@\" @@; podman run @@ bash -c @@"), "sh -c, -, -, bash -c");
    assert_eq!(code("bash <<A\n@@\nA\nbash x <<A\n@@\nA\nbash -s a <<< @@"), "bash, -, bash");
    assert_eq!(code("ssh h <<A\n@@\n${x:-@@}\nA\n<<B bash\n@@\nB\n"), "ssh, ssh, bash");
    assert_eq!(code("[[ @@ -eq 1 && 2 -lt @@ && @@ == @@ ]]; let x=@@"), "[[ -eq ]], [[ -eq ]], -, -, let");
    assert_eq!(
        code("a $@@ \"$@@\" ${@@} ${#@@}; for @@ in a; do b; done; @@() { c; }"),
        "$, $, ${}, ${}, for, function"
    );
    assert_eq!(code("a @@; echo eval @@; x=@@; > @@; [ @@ -eq 1 ]"), "-, -, -, -, -");
}

#[test]
fn what_is_left_open_is_told_with_its_place() {
    let fault = |script: &str| {
        let faults = read(script).faults;
        faults.iter().map(|fault| (fault.kind, fault.at.piece, fault.at.byte)).collect::<Vec<_>>()
    };
    assert_eq!(fault("a 'b"), [(FaultKind::OpenSingleQuote, 0, 2)]);
    assert_eq!(fault("a $'b\\'"), [(FaultKind::OpenSingleQuote, 0, 2)]);
    assert_eq!(fault("a \"b\nc"), [(FaultKind::OpenDoubleQuote, 0, 2)]);
    assert_eq!(fault("a \"b$(c 'd"), [(FaultKind::OpenSingleQuote, 0, 8)]);
    assert_eq!(fault("a \"b$(c"), [(FaultKind::OpenSubstitution, 0, 4)]);
    assert_eq!(fault("a ${b"), [(FaultKind::OpenSubstitution, 0, 2)]);
    assert_eq!(fault("a $((b"), [(FaultKind::OpenSubstitution, 0, 2)]);
    assert_eq!(fault("a `b"), [(FaultKind::OpenBacktick, 0, 2)]);
    assert_eq!(fault("a `b \\\"` \"c"), [(FaultKind::OpenDoubleQuote, 0, 9)]);
    assert_eq!(fault("a `b \"c`"), [(FaultKind::OpenDoubleQuote, 0, 5)]);
    assert_eq!(fault("cat <<A\nb\n A\n"), [(FaultKind::OpenHereDocument, 0, 4)]);
    assert_eq!(fault("cat <<A"), [(FaultKind::OpenHereDocument, 0, 4)]);
    assert_eq!(fault("x=$(cat <<A\nb\nA)"), [(FaultKind::OpenSubstitution, 0, 2), (FaultKind::OpenHereDocument, 0, 8)]);
    assert_eq!(
        fault("cat <<A\n$(b\nA\n'c"),
        [(FaultKind::OpenSubstitution, 0, 8), (FaultKind::OpenSingleQuote, 0, 14)]
    );
    assert_eq!(fault("a @@ \\"), [(FaultKind::TrailingBackslash, 2, 1)]);
    assert_eq!(fault("a \\\n"), [(FaultKind::TrailingBackslash, 0, 2)]);
    assert_eq!(fault("if a; then b"), [(FaultKind::OpenGroup, 0, 0)]);
    assert_eq!(fault("{ a }"), [(FaultKind::OpenGroup, 0, 0)]);
    assert_eq!(fault("x; (a"), [(FaultKind::OpenGroup, 0, 3)]);
    assert_eq!(fault("a=(b"), [(FaultKind::OpenGroup, 0, 2)]);
    assert_eq!(fault("[[ a ]"), [(FaultKind::OpenGroup, 0, 0)]);
    assert_eq!(fault("# it's\na; b) }"), []);
}

#[test]
fn depth_and_length_cost_no_more_than_their_size() {
    let started = Instant::now();
    for open in
        ["$(", "\"$(", "${x:-", "$((", "((", "(", "{ ", "if ", "a=(", "`", "[[ ", "x[", "<(", "case x in a) ", "<<A "]
    {
        let scan = read(&open.repeat(9_999));
        assert!(!scan.faults.is_empty(), "{open}");
    }
    read(&"cat <<A\n$(".repeat(10_000));
    read(&"$((\"".repeat(10_000));
    read(&"a ".repeat(500_000));
    assert!(started.elapsed().as_secs() < 20);
}

fn shell_like() -> impl Strategy<Value = String> {
    let marks = [
        "'",
        "\"",
        "`",
        "$",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "$(",
        "$((",
        "${",
        "))",
        "<<",
        "<<-",
        "A",
        "\n",
        "\t",
        " ",
        "\\",
        "@@",
        "#",
        ";",
        ";;",
        "&",
        "|",
        "<",
        ">",
        "=",
        "a",
        "case ",
        "in",
        "esac",
        "if ",
        "fi",
        "do",
        "done",
        "for ",
        "x=(",
        "[[ ",
        " ]]",
        "$'",
        "-",
        ":",
        "\u{e9}",
        "!",
        "~",
        "function ",
        "eval ",
        "-eq ",
        "declare -A m;",
        "m[",
    ];
    proptest::collection::vec(prop::sample::select(marks.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_text_has_one_context_a_hole(script in prop_oneof![shell_like(), ".{0,80}"]) {
        let scan = read(&script);
        prop_assert_eq!(scan.holes.len(), script.matches("@@").count());
        let texts: Vec<&str> = script.split("@@").collect();
        let place_is_inside = |place: &Place| match place.piece % 2 {
            0 => texts[place.piece / 2].is_char_boundary(place.byte),
            _ => place.byte <= 1,
        };
        prop_assert!(scan.commands.iter().all(|command| place_is_inside(&command.at)));
        prop_assert!(scan.faults.iter().all(|fault| place_is_inside(&fault.at)));
        prop_assert!(scan.holes.iter().filter_map(|hole| hole.opened.as_ref()).all(place_is_inside));
        prop_assert!(scan.commands.iter().all(|command| !command.words.is_empty()));
    }

    #[test]
    fn cutting_text_in_pieces_changes_nothing(script in shell_like(), cut in any::<prop::sample::Index>()) {
        let script = script.replace("@@", "x");
        let at = cut.index(script.len() + 1);
        prop_assume!(script.is_char_boundary(at));
        let whole = scan(&[Piece::Text(&script)]);
        let halves = scan(&[Piece::Text(&script[..at]), Piece::Text(&script[at..])]);
        let words = |scan: &Scan| scan.commands.iter().map(|command| command.words.clone()).collect::<Vec<_>>();
        prop_assert_eq!(words(&whole), words(&halves));
        prop_assert_eq!(whole.faults.len(), halves.faults.len());
    }
}

#[test]
fn a_value_behind_a_backslash_in_a_delimiter_is_seen() {
    assert_eq!(read("<<\\@@").holes.len(), 1);
    assert_eq!(read("cat <<\\@@\nx\n").holes.len(), 1);
}

#[test]
fn a_value_in_a_delimiter_is_seen_in_the_closing_line_too() {
    assert_eq!(read("<<@@\n@@\n").holes.len(), 2);
    assert_eq!(contexts("cat <<@@ \"\"\n@@\n@@"), [Context::SingleQuoted, Context::SingleQuoted, Context::Word]);
    assert_eq!(contexts("cat <<'@@'\n@@\nb @@"), [Context::SingleQuoted, Context::SingleQuoted, Context::Word]);
}

#[test]
fn a_here_document_in_backticks_ends_where_the_script_does() {
    let script = "`cat <<A\n\\";
    let bodies: Vec<usize> = read(script).here_documents.iter().map(|one| one.body.1.byte).collect();
    assert_eq!(bodies, [script.len()]);
}

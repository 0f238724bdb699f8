//! Commands reach the script byte for byte, and no text at all makes the import fall over.

use pipec::plan::ScriptPart;
use proptest::prelude::*;

use super::{import, imported};

/// A JobSpec with one command; JSON is YAML.
fn with_command(command: &str) -> String {
    let quoted: String = command
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("job: {{strict: true}}\nstages:\n- id: a\n  commands: [\"{quoted}\"]\n")
}

/// The script of the one command, or nothing where it was refused.
fn script(command: &str) -> Option<String> {
    let import = import(&with_command(command));
    let one = import.imported.as_ref()?;
    let files = super::Texts::of(&[("job.pipe", &one.program), ("job.params.yaml", &one.params)]);
    let mut analysis = pipec::query::Analysis::open(&files, "job.pipe");
    let plan = analysis.plan(&files, &pipec::query::Request::default())?;
    let (_, task) = plan.tasks().find(|(_, task)| task.name == "a")?;
    let parts = task.steps[0].script.parts.iter().map(|part| match part {
        ScriptPart::Text(text) => text.as_str(),
        ScriptPart::Slot(..) => "<slot>",
    });
    Some(parts.collect())
}

#[test]
fn hostile_commands_stay_what_they_are() {
    for command in [
        "echo ~{x} \\~{x} \\\\~{x} ~~{",
        "echo '\"\"\"' '\\\"\"\"' '\"\"\"\"\"\"'",
        "echo \"a\\\\b\" '\\n' \\\\",
        "echo $HOME $$ ${HOME:-x} `date` $(date)",
        "printf '%s\\n' 'ü 漢 \u{1f600}'",
        "  echo indented\n    more\n  less",
        "echo a\n\n\necho b",
        "echo tail  \necho '\t'",
        "echo a \\\n  b",
        "\techo tab\n\techo tab",
        "cat <<'X'\n~{a} \"\"\"\nX",
        "echo '\u{202e}' '\u{7f}'",
        "echo a\r\necho b",
        "awk '{ print $1 }' x && jq '.a | {b: .c}' y",
    ] {
        assert_eq!(script(command).as_deref(), Some(command), "{}", imported(&with_command(command)).0);
    }
}

#[test]
fn values_become_slots_where_the_shell_reads_them() {
    let text = "echo {{ .JobSpec.Recipe.GitRef }} \"{{ .Recipe.GitRef }}\" '{{.JobSpec.Recipe.GitRef}}' # {{ .Recipe.GitRef }}";
    let expected = "echo <slot> \"<slot>\" ''\"<slot>\"'' # (git_ref ?? \"\")";
    assert_eq!(script(text).as_deref(), Some(expected));
    assert_eq!(
        script("ls /srv/a \"/srv/b\" /usr/srv x/srv").as_deref(),
        Some("ls <slot>/a \"<slot>/b\" /usr/srv x/srv")
    );
    assert_eq!(script("x=1; echo ${x} ${y}").as_deref(), Some("x=1; echo ${x} <slot>"));
    assert_eq!(script("a {{- /* b */ -}} c").as_deref(), Some("ac"));
}

fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "~{",
        "\"\"\"",
        "\\",
        "$",
        "${a}",
        "${A}",
        "${a.b}",
        "{{",
        "}}",
        ".Recipe.GitRef",
        "'",
        "\"",
        "\n",
        " ",
        "\t",
        "#",
        "<<X\n",
        "X",
        "}",
        "ü",
        "\u{202e}",
        "\0",
        "/srv",
        "echo",
        ";",
        "\r\n",
        "{{ .JobSpec.Job.IsProduction }}",
        "`",
        "$(",
    ];
    proptest::collection::vec(prop::sample::select(pieces.to_vec()), 0..20).prop_map(|parts| parts.concat())
}

fn documents() -> impl Strategy<Value = String> {
    let lines = [
        "stages:",
        "- id: a",
        "- {id: b, build_artifacts: [live, base]}",
        "  commands: [ls, 'x {{ .A }}']",
        "recipe:",
        "  git_ref: ${x}",
        "  repos: [{name: ../x, url: y}]",
        "- build_artifacts: [finalize]",
        "  execution_order: -9",
        "clouds_cfgs: {aws: {enabled: true, geo: \"é\"}}",
        "  publish_artifacts: [aws, gcp]",
        "  concurrent: true",
        "  post_always: true",
        "  post_commands: [\"\"]",
        "  prep_commands: [a]",
        "delay_meta_merge: true",
        "copy-build: x",
        "  kola_tests: [iso]",
        "  overrides: [{uri: x, rpm: true}]",
        "job: 3",
        "- 4",
        "? [a]",
        "\"",
        "  id: after",
        "publish_oscontainer: {registries: [{url: a}]}",
        "- {commands: [cosa build], id: cosa}",
        "  description: \"*/ \\n //\"",
    ];
    proptest::collection::vec(prop::sample::select(lines.to_vec()), 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_document_makes_it_fall_over(text in documents()) {
        prop_assert!(!super::said(&import(&text)).contains("cannot be written"), "{}", text);
    }

    #[test]
    fn no_text_makes_it_fall_over(text in "\\PC{0,200}") {
        import(&text);
    }

    #[test]
    fn no_command_makes_it_fall_over(command in pieces()) {
        let text = with_command(&command);
        prop_assert!(!super::said(&import(&text)).contains("cannot be written"), "{}", text);
    }

    /// Without what is a template, what is imported is what was written.
    #[test]
    fn commands_without_templates_stay_what_they_are(command in pieces()) {
        let plain = !command.contains("{{") && !command.contains("${a") && !command.contains("/srv");
        let trimmed = command.trim_end_matches('\n');
        if plain && !trimmed.is_empty() && let Some(script) = script(&command) {
            prop_assert_eq!(script, trimmed);
        }
    }
}

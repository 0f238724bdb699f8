//! `pipec import`: where the program goes, and what is never written over.

use super::run::Place;

const JOB: &str = "job: {strict: true}\nrecipe: {git_ref: main}\nstages:\n- {id: a, build_artifacts: [base]}\n";

#[test]
fn the_program_goes_to_standard_output_and_can_be_checked() {
    let place = Place::with(&[("My Job.yaml", JOB)]);
    let ran = place.run(&["import", "jobspec", "My Job.yaml"]).exits(0);
    assert!(
        ran.out.contains("pipeline my_job(") && ran.err.contains("only with `-o DIR`: my_job.params.yaml"),
        "{ran:?}"
    );
    place.put("my.pipe", &ran.out);
    place.run(&["check", "--shellcheck", "never", "my.pipe"]).exits(0).says("nothing found");
    place.run(&["fmt", "--check", "my.pipe"]).exits(0);
    let piped = place.shell("$pipec import jobspec - < 'My Job.yaml'").exits(0);
    assert!(piped.out.contains("pipeline imported("));
}

#[test]
fn into_a_folder_go_both_files_and_only_over_what_was_imported() {
    let place = Place::with(&[("job.yaml", JOB), ("mine/job.pipe", "// mine\n")]);
    place.run(&["import", "jobspec", "job.yaml", "-o", "out"]).exits(0).says("out/job.params.yaml");
    let program = place.read("out/job.pipe");
    place.run(&["import", "jobspec", "job.yaml", "-o", "out"]).exits(0);
    assert_eq!(place.read("out/job.pipe"), program);
    place.run(&["plan", "out/job.pipe", "--params", "out/job.params.yaml"]).exits(0).says("git_ref");
    place.run(&["import", "jobspec", "job.yaml", "-o", "mine"]).exits(2).says("P0707").says("--force");
    assert_eq!(place.read("mine/job.pipe"), "// mine\n");
    assert!(!place.path("mine/job.params.yaml").exists());
    place.run(&["import", "jobspec", "job.yaml", "-o", "mine", "--force"]).exits(0);
    assert_eq!(place.read("mine/job.pipe"), program);
}

#[test]
fn a_file_with_errors_gives_nothing() {
    let place = Place::with(&[("job.yaml", "stages:\n- {comands: [ls]}\n")]);
    let ran = place.run(&["import", "jobspec", "job.yaml", "-o", "out"]).exits(1).says("P0732");
    assert_eq!(ran.out, "");
    assert!(!place.path("out").exists());
    place.run(&["import", "jobspec", "job.yaml", "--lenient", "--message-format", "concise"]).exits(1).says("nothing");
    place.run(&["import", "jobspec", "none.yaml"]).exits(2).says("P0701");
    place.run(&["import", "jobspec", "job.yaml", "--name", "My Job"]).exits(2).says("--name my_job");
    place.run(&["import", "jobspecs", "job.yaml"]).exits(2);
}

const TASK: &str = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: greet}\nspec:\n  params: [{name: who}]\n  \
                    steps: [{name: say, image: 'quay.io/example/tools:1.2', script: echo hello}]\n";
const PIPELINE: &str = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: good-day}\nspec:\n  \
                        tasks: [{name: one, taskRef: {name: greet}, params: [{name: who, value: all}]}]\n";

#[test]
fn manifests_of_several_files_are_one_program() {
    let place = Place::with(&[("a/pipeline.yaml", PIPELINE), ("a/task.yaml", TASK), ("job.yaml", JOB)]);
    let ran = place.run(&["import", "tekton", "a/pipeline.yaml", "a/task.yaml"]).exits(0);
    assert!(ran.out.contains("task greet(who: string)") && ran.out.contains("pipeline good_day("), "{ran:?}");
    place.put("made.pipe", &ran.out);
    place.run(&["check", "--shellcheck", "never", "made.pipe"]).exits(0);
    place.run(&["import", "tekton", "a/pipeline.yaml", "a/task.yaml", "-o", "out"]).exits(0).says("out/pipeline.pipe");
    assert!(!place.path("out/pipeline.params.yaml").exists());
    place.run(&["import", "tekton", "a/pipeline.yaml", "a/task.yaml", "-o", "out"]).exits(0);
    let named = place.run(&["import", "tekton", "a/pipeline.yaml", "a/task.yaml", "--name", "hello"]).exits(0);
    assert!(named.out.contains("pipeline hello("), "{named:?}");
    place.run(&["import", "tekton", "a/pipeline.yaml", "none.yaml"]).exits(2).says("P0701");
    place.run(&["import", "tekton", "job.yaml"]).exits(1).says("P0741");
    place.run(&["import", "jobspec", "job.yaml", "a/task.yaml"]).exits(2).says("one file");
    place.run(&["import", "tekton"]).exits(2);
}

const WHARF: &str = "build:\n  hello:\n    container: {image: 'docker.io/library/alpine:3.20.3', cmds: [echo hello]}\n\
                     deploy:\n  service:\n    kubectl: {file: service.yaml}\n";

#[test]
fn capability_3_1_a_definition_of_wharf_is_a_program() {
    let place =
        Place::with(&[("a/.wharf-ci.yml", WHARF), ("a/service.yaml", "image: ${GIT_COMIT}\n"), ("job.yaml", JOB)]);
    let ran = place.run(&["import", "wharf", "a/.wharf-ci.yml", "--message-format", "concise"]).exits(0);
    assert!(ran.out.contains("pipeline wharf_ci("), "{ran:?}");
    // What is filled in is looked for beside the definition.
    assert!(ran.err.contains("a/service.yaml:1:8: warning[P0788]: `${GIT_COMIT}` stays as it is"), "{ran:?}");
    place.put("made.pipe", &ran.out);
    place.run(&["check", "--shellcheck", "never", "made.pipe"]).exits(0).says("nothing found");
    place.run(&["fmt", "--check", "made.pipe"]).exits(0);
    place.run(&["import", "wharf", "a/.wharf-ci.yml", "-o", "out", "--name", "shop"]).exits(0).says("out/shop.pipe");
    place.run(&["import", "wharf", "a/.wharf-ci.yml", "-o", "out", "--name", "shop"]).exits(0);
    assert_eq!(place.names("out"), ["shop.pipe"]);
    place.run(&["import", "wharf", "job.yaml"]).exits(1).says("error[P078");
    place.run(&["import", "wharf", "none.yml"]).exits(2).says("P0701");
    place.run(&["import", "wharf", "a/.wharf-ci.yml", "a/.wharf-ci.yml"]).exits(1).says("two files with stages");
    let json = place.run(&["import", "wharf", "job.yaml", "--message-format", "json"]).exits(1);
    assert!(json.err.contains("\"code\": \"P078") || json.err.contains("\"code\":\"P078"), "{json:?}");
}

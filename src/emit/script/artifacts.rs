//! What a task tells its engine that it made, and from what: the script that runs when all of its steps ended well.
//!
//! Files are known by their sha256. A folder is known as `dirHash` of in-toto: the sha256 of the sorted lines that
//! `sha256sum` has for its files. What is not there is not told of, and neither is what was skipped.

use super::code::quoted;
use super::helpers::Helper;
use super::open::start;
use super::prelude::{Dialect, Prelude};
use super::{Rendered, Told, turn};
use crate::contract::NO_TURN;
use crate::plan::{Expr, ExprKind, Plan, Task, TaskId, Verdict};
use crate::source::offset;

/// A script that writes the JSON of all of them to the file named by `PIPE_ARTIFACTS`.
pub(super) fn render(plan: &Plan, id: TaskId, told: &[(String, Told)]) -> Rendered {
    let task = plan.task(id);
    let mut prelude = Prelude::new(plan, Some(id), Dialect::Sh);
    prelude.names.reserve("PIPE_ARTIFACTS");
    let has_places = told.iter().any(|(_, one)| matches!(one, Told::Placed(_)));
    let has_pairs = told.iter().any(|(_, one)| matches!(one, Told::Made { .. } | Told::Used { .. }));
    if has_places {
        prelude.call(Helper::Fail, "pipe_fail");
    }
    task.turn_condition.iter().for_each(|condition| prelude.only_in_turn(condition, ""));
    let calls: String = told.iter().map(|(name, one)| call(&mut prelude, task, name, *one)).collect();
    let mut body = start(&prelude);
    body.push_str(&guard(task));
    body.push_str("LC_ALL=C\nexport LC_ALL\n");
    let top = body.len();
    prelude.render(&["artifacts of ", &task.name, ": "].concat(), &mut body);
    if has_places {
        body.push_str(PLACED);
    }
    if has_pairs {
        body.push_str(PAIRS);
    }
    body.push_str("pipe_in='' pipe_out=''\n");
    body.push_str(&calls);
    body.push_str(END);
    turn::number(task.fan.is_some(), top, &mut body);
    Rendered { body, env: prelude.env, args: prelude.args, workdir: None }
}

/// Ends at once where the task was skipped.
fn guard(task: &Task) -> String {
    let mut text = String::new();
    if task.fan.is_some() {
        text.push_str(&format!("case ${{PIPE_SKIP:-}}/$PIPE_TURN in true/* | */{NO_TURN}) exit 0 ;; esac\n"));
    } else if task.condition.is_some() {
        text.push_str("[ \"${PIPE_SKIP:-}\" != true ] || exit 0\n");
    }
    if task.on_exit.iter().any(|(code, verdict)| *code != 0 && *verdict == Verdict::Skip) {
        text.push_str("[ \"$(cat -- \"${PIPE_VERDICT_FILE:-/dev/null}\" 2>/dev/null)\" != skipped ] || exit 0\n");
    }
    text
}

fn call(prelude: &mut Prelude<'_>, task: &Task, name: &str, one: Told) -> String {
    let mut path = |at: usize| {
        let output = &task.outputs[at];
        let hint = if output.name.is_empty() { "out" } else { &["out_", &output.name].concat() };
        prelude.text(&Expr::new(ExprKind::Out(offset(at)), output.ty.clone()), hint)
    };
    let name = quoted(name);
    match one {
        Told::Placed(at) => format!("pipe_placed {name} \"${}\"\n", path(at)),
        Told::Made { uri, digest } => format!("pipe_made {name} \"${}\" \"${}\"\n", path(uri), path(digest)),
        Told::Used { uri, digest } => format!("pipe_used {name} \"${}\" \"${}\"\n", path(uri), path(digest)),
    }
}

// In an address, everything is written by its bytes but what never has to be.
const PLACED: &str = r#"pipe_address() {
  pipe_j=$1 pipe_r=file://
  while :; do
    pipe_h=${pipe_j%%[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._~-]*}
    pipe_r=$pipe_r$pipe_h
    [ "$pipe_h" != "$pipe_j" ] || break
    pipe_j=${pipe_j#"$pipe_h"}
    pipe_c=${pipe_j%%[ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._~-]*}
    pipe_j=${pipe_j#"$pipe_c"}
    pipe_r=$pipe_r$(printf %s "$pipe_c" | od -An -v -tx1 | tr ' abcdef' '%ABCDEF' | tr -d '\n')
  done
}
for pipe_c in find od sha256sum sort tr; do
  command -v "$pipe_c" >/dev/null || pipe_fail "the image has no $pipe_c: set helper_image to one that has it" 1
done
pipe_sums() {
  while IFS= read -r pipe_f; do
    [ -f "$pipe_f" ] || return 3
    pipe_d=$(sha256sum <"$pipe_f") || return 1
    printf '%s  %s\n' "${pipe_d%% *}" "${pipe_f#./}"
  done
}
pipe_folder() (
  cd -- "$1" || exit 1
  pipe_l=$(find . ! -type d -print) || exit 1
  [ -n "$pipe_l" ] || exec sha256sum </dev/null
  pipe_c=0
  [ -z "$(find . -name '*
*' -print)" ] || pipe_c=3
  [ "$pipe_c" -ne 0 ] || pipe_l=$(printf '%s\n' "$pipe_l" | sort | pipe_sums) || pipe_c=$?
  case $pipe_c in
    0) printf '%s\n' "$pipe_l" | sha256sum ;;
    3) printf '%s\n' "pipec: $2 is not told of: it holds more than files, or a name of several lines" >&2 ;;
    *) exit 1 ;;
  esac
)
pipe_placed() {
  pipe_k=sha256
  if [ -f "$2" ]; then
    pipe_d=$(sha256sum <"$2")
  elif [ -d "$2" ]; then
    pipe_k=dirHash
    pipe_d=$(pipe_folder "$2" "$1")
  else
    return 0
  fi
  [ -n "$pipe_d" ] || return 0
  pipe_address "$2"
  pipe_out="$pipe_out,{\"name\":\"$1\",\"values\":[{\"digest\":{\"$pipe_k\":\"${pipe_d%% *}\"},\"uri\":\"$pipe_r\"}]}"
}
"#;

const PAIRS: &str = r#"pipe_json() {
  pipe_j=$1 pipe_r=''
  while :; do
    pipe_h=${pipe_j%%[\\\"[:cntrl:]]*}
    pipe_r=$pipe_r$pipe_h
    [ "$pipe_h" != "$pipe_j" ] || break
    pipe_j=${pipe_j#"$pipe_h"}
    pipe_c=${pipe_j%"${pipe_j#?}"}
    pipe_j=${pipe_j#?}
    case $pipe_c in
      [\\\"]) pipe_r="$pipe_r\\$pipe_c" ;;
      *) pipe_r=$pipe_r$(printf '\\u%04x' "'$pipe_c") ;;
    esac
  done
}
pipe_pair() {
  pipe_v=''
  if [ ! -f "$2" ] || [ ! -f "$3" ]; then return 0; fi
  pipe_u=$(cat -- "$2")
  pipe_d=$(cat -- "$3")
  if [ -z "$pipe_u" ] || [ -z "$pipe_d" ]; then return 0; fi
  pipe_k=${pipe_d%%:*} pipe_d=${pipe_d#*:}
  case $pipe_k:${#pipe_d} in
    sha1:40 | sha256:64 | sha384:96 | sha512:128) ;;
    "$pipe_d":40) pipe_k=sha1 ;;
    "$pipe_d":64) pipe_k=sha256 ;;
    *) pipe_d=. ;;
  esac
  case $pipe_d in
    *[!0123456789abcdef]*) printf '%s\n' "pipec: $1 is not told of: its digest is none" >&2; return 0 ;;
  esac
  pipe_json "$pipe_u"
  pipe_v="\"values\":[{\"digest\":{\"$pipe_k\":\"$pipe_d\"},\"uri\":\"$pipe_r\"}]}"
}
pipe_made() {
  pipe_pair "$@"
  [ -z "$pipe_v" ] || pipe_out="$pipe_out,{\"name\":\"$1\",\"buildOutput\":true,$pipe_v"
}
pipe_used() {
  pipe_pair "$@"
  [ -z "$pipe_v" ] || pipe_in="$pipe_in,{\"name\":\"$1\",$pipe_v"
}
"#;

const END: &str = r#"pipe_v=''
[ -z "$pipe_in" ] || pipe_v=",\"inputs\":[${pipe_in#,}]"
[ -z "$pipe_out" ] || pipe_v="$pipe_v,\"outputs\":[${pipe_out#,}]"
[ -z "$pipe_v" ] || printf '{%s}' "${pipe_v#,}" >"$PIPE_ARTIFACTS"
"#;

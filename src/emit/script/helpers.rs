//! Shell functions that bodies share; a body has those that it uses. All are POSIX sh; those of lists and patterns
//! have a second form for bash where that is better.

use super::prelude::Dialect;
use crate::contract::END_OF_LIST;

/// A function of the prelude, in the order in which they are written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Helper {
    /// Says what is wrong and ends: message, exit code (2).
    Fail,
    /// A value for a message: short, without control characters.
    Show,
    /// The value being computed has not this form: form, value.
    Wrong,
    /// Whether the text is an int of 64 bits.
    Int,
    /// Text to milliseconds, in `pipe_r`.
    Duration,
    /// Text to bytes, in `pipe_r`.
    Size,
    /// Text to thousandths, in `pipe_r`.
    Cpu,
    /// A number of the unit is never negative.
    Positive,
    PrintDuration,
    PrintSize,
    PrintCpu,
    Range,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// The engine's word for how a task ended, in `pipe_r`.
    Status,
    /// The engine's word for how the run ended, in `pipe_r`.
    Outcome,
    /// Whether the whole text matches: text, expression.
    Match,
    /// Whether a path stays below what it is joined to.
    Inside,
    /// Whether the text is one of those behind it.
    Has,
    /// The elements with a separator between: separator, elements; in `pipe_r`.
    Join,
    /// In sh a list is a text of quoted words. One word, in `pipe_q`.
    Quote,
    /// The arguments up to the end mark, in `pipe_r`; their number in `pipe_n`.
    Arguments,
    /// What turns gave up to the end mark, by their numbers, in `pipe_r`; the number of arguments in `pipe_n`.
    Gathered,
    /// The lines of a text as a list, in `pipe_r`.
    Lines,
    /// The value of a turn for people, in `pipe_r`: value, index.
    Label,
    /// The text of an output, in `pipe_v`: output, file.
    Take,
    /// A JSON object of the texts of some files, each called `RECORD.KEY`, to the file `RECORD`.
    Object,
    /// A process and all below it.
    Tree,
    /// Whether one of the processes lives.
    Alive,
    /// On a signal: ends the script, then exits so that the cleanup runs.
    Stop,
    /// Makes the folders of a file, below where the step starts.
    Into,
}

/// By their numbers.
const ALL: &[Helper] = &[
    Helper::Fail,
    Helper::Show,
    Helper::Wrong,
    Helper::Int,
    Helper::Duration,
    Helper::Size,
    Helper::Cpu,
    Helper::Positive,
    Helper::PrintDuration,
    Helper::PrintSize,
    Helper::PrintCpu,
    Helper::Range,
    Helper::Add,
    Helper::Subtract,
    Helper::Multiply,
    Helper::Divide,
    Helper::Remainder,
    Helper::Status,
    Helper::Outcome,
    Helper::Match,
    Helper::Inside,
    Helper::Has,
    Helper::Join,
    Helper::Quote,
    Helper::Arguments,
    Helper::Gathered,
    Helper::Lines,
    Helper::Label,
    Helper::Take,
    Helper::Object,
    Helper::Tree,
    Helper::Alive,
    Helper::Stop,
    Helper::Into,
];

/// A set of them, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Helpers(u64);

impl Helpers {
    pub(super) fn insert(&mut self, helper: Helper) {
        self.0 |= 1 << helper as u32;
    }

    /// In the order in which they are written.
    fn each(self) -> impl Iterator<Item = Helper> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let first = left.trailing_zeros() as usize;
            left &= left.checked_sub(1)?;
            Some(ALL[first])
        })
    }

    /// With all that these call.
    fn closed(mut self) -> Self {
        loop {
            let before = self;
            for helper in before.each() {
                helper.needs().iter().for_each(|needed| self.insert(*needed));
            }
            if self == before {
                return self;
            }
        }
    }
}

/// Writes the functions and those that they call; `who` stands before each message.
pub(super) fn write(used: &Helpers, dialect: Dialect, who: &str, out: &mut String) {
    if *used == Helpers::default() {
        return;
    }
    for helper in used.closed().each() {
        let code = helper.code(dialect);
        let put_in = if helper == Helper::Fail { who } else { END_OF_LIST };
        if matches!(helper, Helper::Fail | Helper::Arguments | Helper::Gathered)
            && let Some((start, end)) = code.split_once(MARK)
        {
            [start, put_in, end].iter().for_each(|part| out.push_str(part));
        } else {
            out.push_str(code);
        }
    }
}

impl Helper {
    fn needs(self) -> &'static [Self] {
        match self {
            Self::Fail
            | Self::Show
            | Self::Int
            | Self::PrintDuration
            | Self::PrintSize
            | Self::PrintCpu
            | Self::Match
            | Self::Inside
            | Self::Has
            | Self::Join
            | Self::Quote
            | Self::Label
            | Self::Object
            | Self::Tree
            | Self::Alive => &[],
            Self::Wrong => &[Self::Fail, Self::Show],
            Self::Duration | Self::Size | Self::Cpu => &[Self::Int],
            Self::Positive | Self::Range | Self::Take | Self::Into => &[Self::Fail],
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder => &[Self::Range],
            Self::Status | Self::Outcome => &[Self::Wrong],
            Self::Arguments | Self::Gathered | Self::Lines => &[Self::Quote],
            Self::Stop => &[Self::Tree, Self::Alive],
        }
    }

    fn code(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Fail, _) => FAIL,
            (Self::Show, _) => SHOW,
            (Self::Wrong, _) => WRONG,
            (Self::Int, _) => INT,
            (Self::Duration, _) => DURATION,
            (Self::Size, _) => SIZE,
            (Self::Cpu, _) => CPU,
            (Self::Positive, _) => POSITIVE,
            (Self::PrintDuration, _) => PRINT_DURATION,
            (Self::PrintSize, _) => PRINT_SIZE,
            (Self::PrintCpu, _) => PRINT_CPU,
            (Self::Range, _) => RANGE,
            (Self::Add, _) => ADD,
            (Self::Subtract, _) => SUBTRACT,
            (Self::Multiply, _) => MULTIPLY,
            (Self::Divide, _) => DIVIDE,
            (Self::Remainder, _) => REMAINDER,
            (Self::Status, _) => STATUS,
            (Self::Outcome, _) => OUTCOME,
            (Self::Match, Dialect::Bash) => MATCH_BASH,
            (Self::Match, Dialect::Sh) => MATCH,
            (Self::Inside, _) => INSIDE,
            (Self::Has, _) => HAS,
            (Self::Join, _) => JOIN,
            (Self::Quote, _) => QUOTE,
            (Self::Arguments, _) => ARGUMENTS,
            (Self::Gathered, _) => GATHERED,
            (Self::Lines, _) => LINES,
            (Self::Label, _) => LABEL,
            (Self::Take, _) => TAKE,
            (Self::Object, _) => super::object::OBJECT,
            (Self::Tree, _) => TREE,
            (Self::Alive, _) => ALIVE,
            (Self::Stop, _) => STOP,
            (Self::Into, _) => INTO,
        }
    }
}

/// Where in the code of a helper a text is put in that is not always the same; it has no other.
const MARK: char = '@';

const FAIL: &str = r#"pipe_fail() { printf '%s\n' "pipec: @$1" >&2; exit "${2:-2}"; }
"#;

const SHOW: &str = r#"pipe_show() { printf '%.80s' "$1" | LC_ALL=C tr '\001-\037\177' '?'; [ "${#1}" -le 80 ] || printf '...'; }
"#;

const WRONG: &str = r#"pipe_wrong() { pipe_fail "$pipe_at is not $1: '$(pipe_show "$2")'"; }
"#;

// Digits are written out: a range like `0-9` depends on the locale. `[` fails for a number that has more than 64 bits.
const INT: &str = r#"pipe_int() {
  case $1 in
    0) ;;
    '' | - | [!-123456789]* | -[!123456789]* | ?*[!0123456789]*) return 1 ;;
    *) [ "$1" -ge -9223372036854775808 ] 2>/dev/null ;;
  esac
}
"#;

const DURATION: &str = r#"pipe_duration() {
  pipe_t=$1 pipe_r=0
  for pipe_u in d:86400000 h:3600000 min:60000 s:1000 ms:1; do
    pipe_i=${pipe_t%%[!0123456789]*} pipe_w=${pipe_u%:*} pipe_u=${pipe_u#*:}
    case ${pipe_t#"$pipe_i"} in "$pipe_w" | "$pipe_w"[0123456789]*) ;; *) continue ;; esac
    pipe_int "$pipe_i" || return 1
    [ "$pipe_i" -le "$(( (9223372036854775807 - pipe_r) / pipe_u ))" ] || return 1
    pipe_r=$((pipe_r + pipe_i * pipe_u)) pipe_t=${pipe_t#"$pipe_i$pipe_w"}
  done
  [ -n "$1" ] && [ -z "$pipe_t" ]
}
"#;

const SIZE: &str = r#"pipe_size() {
  pipe_i=${1%%[!0123456789]*}
  case ${1#"$pipe_i"} in
    '') pipe_u=1 ;;
    Ki) pipe_u=1024 ;;
    Mi) pipe_u=1048576 ;;
    Gi) pipe_u=1073741824 ;;
    Ti) pipe_u=1099511627776 ;;
    k | K) pipe_u=1000 ;;
    M) pipe_u=1000000 ;;
    G) pipe_u=1000000000 ;;
    T) pipe_u=1000000000000 ;;
    *) return 1 ;;
  esac
  pipe_int "$pipe_i" && [ "$pipe_i" -le "$((9223372036854775807 / pipe_u))" ] && pipe_r=$((pipe_i * pipe_u))
}
"#;

const CPU: &str = r#"pipe_cpu() {
  pipe_i=${1%m} pipe_u=1000
  case $1 in -*) return 1 ;; *m) pipe_u=1 ;; esac
  pipe_int "$pipe_i" && [ "$pipe_i" -le "$((9223372036854775807 / pipe_u))" ] && pipe_r=$((pipe_i * pipe_u))
}
"#;

const POSITIVE: &str = r#"pipe_positive() { [ "$1" -ge 0 ] || pipe_fail "$pipe_at is less than nothing: $1 $2"; }
"#;

const PRINT_DURATION: &str = r#"pipe_print_duration() {
  pipe_n=$1
  if [ "$((pipe_n % 1000))" -eq 0 ]; then pipe_r=$((pipe_n / 1000))s; else pipe_r=${pipe_n}ms; fi
}
"#;

const PRINT_SIZE: &str = r#"pipe_print_size() {
  pipe_n=$1 pipe_r=$1
  [ "$pipe_n" -ne 0 ] || return 0
  for pipe_u in Ki Mi Gi Ti; do
    [ "$((pipe_n % 1024))" -eq 0 ] || return 0
    pipe_n=$((pipe_n / 1024))
    pipe_r=$pipe_n$pipe_u
  done
}
"#;

const PRINT_CPU: &str = r#"pipe_print_cpu() {
  pipe_n=$1
  if [ "$((pipe_n % 1000))" -eq 0 ]; then pipe_r=$((pipe_n / 1000)); else pipe_r=${pipe_n}m; fi
}
"#;

/// An earlier step may have put a link there that leads to what this one was given beside its own.
const INTO: &str = r#"pipe_into() {
  for pipe_t in "$@"; do
    mkdir -p -- "$pipe_t" || return
    [ -L "$pipe_t" ] || continue
    pipe_l=$(cd -P -- "./$pipe_t" && pwd -P) || return
    pipe_h=$(pwd -P)
    case $pipe_l/ in
      "${pipe_h%/}"/*) ;;
      *) pipe_fail "no file is put into '$pipe_t': that is a link to '$pipe_l', out of where this step starts" 1 ;;
    esac
  done
}
"#;

const INSIDE: &str = r#"pipe_inside() {
  pipe_t=$1/ pipe_n=0
  while [ -n "$pipe_t" ]; do
    case ${pipe_t%%/*} in
      '' | .) ;;
      ..) [ "$pipe_n" -gt 0 ] || return 1; pipe_n=$((pipe_n - 1)) ;;
      *) pipe_n=$((pipe_n + 1)) ;;
    esac
    pipe_t=${pipe_t#*/}
  done
}
"#;

const RANGE: &str = r#"pipe_range() { pipe_fail "$pipe_at is out of range: $1 $2 $3"; }
"#;

// Limits are checked before the sum is made, so that nothing depends on how an overflow wraps. Variables stand in
// arithmetic without `$`: as text, the smallest number would be read as the negation of one that is too large.
const ADD: &str = r#"pipe_add() {
  pipe_a=$1 pipe_b=$2
  if [ "$2" -ge 0 ]; then
    [ "$1" -le "$((9223372036854775807 - pipe_b))" ] || pipe_range "$1" + "$2"
  else
    [ "$1" -ge "$((-9223372036854775807 - 1 - pipe_b))" ] || pipe_range "$1" + "$2"
  fi
  pipe_r=$((pipe_a + pipe_b))
}
"#;

const SUBTRACT: &str = r#"pipe_subtract() {
  pipe_a=$1 pipe_b=$2
  if [ "$2" -ge 0 ]; then
    [ "$1" -ge "$((-9223372036854775807 - 1 + pipe_b))" ] || pipe_range "$1" - "$2"
  else
    [ "$1" -le "$((9223372036854775807 + pipe_b))" ] || pipe_range "$1" - "$2"
  fi
  pipe_r=$((pipe_a - pipe_b))
}
"#;

// The smallest number divided by -1 kills some shells.
const MULTIPLY: &str = r#"pipe_multiply() {
  pipe_a=$1 pipe_b=$2
  pipe_r=$((pipe_a * pipe_b))
  case $2 in
    0) ;;
    -1) [ "$1" != -9223372036854775808 ] || pipe_range "$1" '*' "$2" ;;
    *) [ "$((pipe_r / pipe_b))" = "$1" ] || pipe_range "$1" '*' "$2" ;;
  esac
}
"#;

const DIVIDE: &str = r#"pipe_divide() {
  pipe_a=$1 pipe_b=$2
  case $1:$2 in *:0 | -9223372036854775808:-1) pipe_range "$1" / "$2" ;; esac
  pipe_r=$((pipe_a / pipe_b))
}
"#;

const REMAINDER: &str = r#"pipe_remainder() {
  pipe_a=$1 pipe_b=$2
  case $1:$2 in *:0 | -9223372036854775808:-1) pipe_range "$1" % "$2" ;; esac
  pipe_r=$((pipe_a % pipe_b))
}
"#;

const STATUS: &str = r#"pipe_status() {
  case $1 in
    Succeeded | Completed | succeeded) pipe_r=succeeded ;;
    Failed | failed) pipe_r=failed ;;
    None | Skipped | skipped) pipe_r=skipped ;;
    Cancelled | cancelled) pipe_r=cancelled ;;
    *) pipe_wrong 'the status of a task' "$1" ;;
  esac
}
"#;

// Tekton says `None` of a run whose tasks were not all brought to an end, and `Completed` when some were skipped.
const OUTCOME: &str = r#"pipe_outcome() {
  case $1 in
    Succeeded | Completed | succeeded | Skipped | skipped) pipe_r=succeeded ;;
    Failed | failed) pipe_r=failed ;;
    None | Cancelled | cancelled) pipe_r=cancelled ;;
    *) pipe_wrong 'the outcome of a run' "$1" ;;
  esac
}
"#;

// A text of several lines never matches: `grep` would look at each line alone.
const MATCH: &str = r#"pipe_match() {
  case $1 in *'
'*) return 1 ;; esac
  printf '%s\n' "$1" | LC_ALL=C grep -Eqx -e "$2"
}
"#;

const MATCH_BASH: &str = r#"pipe_match() { local LC_ALL=C; [[ $1 != *$'\n'* && $1 =~ ^($2)$ ]]; }
"#;

const HAS: &str = r#"pipe_has() { pipe_x=$1; shift; for pipe_a do [ "$pipe_a" != "$pipe_x" ] || return 0; done; return 1; }
"#;

const JOIN: &str = r#"pipe_join() {
  pipe_x=$1 pipe_r=''
  shift
  [ "$#" -eq 0 ] || { pipe_r=$1; shift; }
  for pipe_a do pipe_r=$pipe_r$pipe_x$pipe_a; done
}
"#;

// The fields between the quotes are found by the shell's own splitting, so that it stays fast for any text; the
// letter behind the value keeps what stands at its end.
const QUOTE: &str = r#"pipe_quote() {
  case $1 in
    *\'*)
      # shellcheck disable=SC2086 # the value is split on purpose
      pipe_q=$(IFS=\' && set -f && set -- ${1}x && printf "%s'\\\\''" "$@")
      pipe_q="'${pipe_q%"x'\\''"}'"
      ;;
    *) pipe_q="'$1'" ;;
  esac
}
"#;

const ARGUMENTS: &str = r#"pipe_arguments() {
  pipe_r='' pipe_n=0
  for pipe_a do
    [ "$pipe_a" != @ ] || return 0
    pipe_quote "$pipe_a"
    pipe_r="$pipe_r $pipe_q" pipe_n=$((pipe_n + 1))
  done
}
"#;

// Engines give the turns in the order in which they like.
const GATHERED: &str = r#"pipe_gathered() {
  pipe_e=@ pipe_r='' pipe_n=0 pipe_m=-1 pipe_d=0
  for pipe_a do
    [ "$pipe_a" != "$pipe_e" ] || break
    pipe_n=$((pipe_n + 1))
    case ${pipe_a%%:*} in
      '' | *[!0123456789]*) ;;
      *) [ "${pipe_a%%:*}" -le "$pipe_m" ] || pipe_m=${pipe_a%%:*} ;;
    esac
  done
  while [ "$pipe_d" -le "$pipe_m" ]; do
    for pipe_a do
      case $pipe_a in
        "$pipe_e") break ;;
        "$pipe_d":*)
          pipe_quote "${pipe_a#*:}"
          pipe_r="$pipe_r $pipe_q"
          break
          ;;
      esac
    done
    pipe_d=$((pipe_d + 1))
  done
}
"#;

// What could be read as more than a word, by whoever shows it, is not shown.
const LABEL: &str = r##"pipe_label() {
  case $1 in
    '' | *[!-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/@+=]*) pipe_r="#$(($2 + 1))" ;;
    *) pipe_r=$1 ;;
  esac
  [ "${#pipe_r}" -le 40 ] || pipe_r="#$(($2 + 1))"
}
"##;

const LINES: &str = r#"pipe_lines() {
  pipe_r=''
  [ -n "$1" ] || return 0
  while IFS= read -r pipe_a; do
    pipe_quote "$pipe_a"
    pipe_r="$pipe_r $pipe_q"
  done <<PIPEC_LINES
$1
PIPEC_LINES
}
"#;

const TAKE: &str = r#"pipe_take() {
  [ -f "$2" ] || pipe_fail "$1 was not written" 1
  [ "$(tr -d '\000' <"$2" | wc -c)" -eq "$(wc -c <"$2")" ] || pipe_fail "$1 holds a NUL byte" 1
  pipe_v=$(cat -- "$2" && printf x)
  pipe_v=${pipe_v%x}
  pipe_v=${pipe_v%'
'}
}
"#;

const TREE: &str = r#"pipe_tree() {
  printf '%s ' "$1"
  pipe_l=$(cat "/proc/$1/task/"*/children 2>/dev/null) || return 0
  for pipe_p in $pipe_l; do pipe_tree "$pipe_p"; done
}
"#;

// The last field of the name of a process may hold anything, so its state is looked for behind the last bracket.
const ALIVE: &str = r#"pipe_alive() {
  for pipe_p do
    if read -r pipe_l 2>/dev/null <"/proc/$pipe_p/stat"; then
      case ${pipe_l##*) } in [ZX]*) ;; *) return 0 ;; esac
    fi
  done
  return 1
}
"#;

// `$!` is set before the next trap can run; a variable of ours would be set too late for a signal in between.
const STOP: &str = r#"pipe_stop() {
  trap : HUP INT TERM
  [ "${!:-}" = "$pipe_done" ] || {
    pipe_all=$(pipe_tree "$!") pipe_n=0
    for pipe_p in $pipe_all; do kill -s TERM "$pipe_p" 2>/dev/null || :; done
    # shellcheck disable=SC2086 # a list of numbers
    while pipe_alive $pipe_all && [ "$pipe_n" -lt 100 ]; do
      sleep 0.1 || :
      pipe_n=$((pipe_n + 1))
    done
    [ "$pipe_n" -lt 100 ] || for pipe_p in $pipe_all; do kill -s KILL "$pipe_p" 2>/dev/null || :; done
    wait "$!" || :
  }
  exit "$((128 + $1))"
}
"#;

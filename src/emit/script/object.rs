//! An output of a record type as one JSON object, for engines that want it so.

use super::helpers::Helper;
use super::prelude::Prelude;
use crate::plan::{Output, record};

/// The fields of one output: key, and the variable that holds the path of its file.
pub(super) type Fields<'a> = Vec<(&'a str, &'a str)>;

/// Whether the engine wants the objects.
const WANTED: &str = "[ \"${PIPE_OBJECTS:-}\" != true ] || ";

/// The fields of each output that is a record.
pub(super) fn fields<'a>(values: &'a [(&Output, String)]) -> Vec<Fields<'a>> {
    let mut all: Vec<(&str, Fields<'a>)> = Vec::new();
    for (output, variable) in values {
        let Some((of, key)) = record::parts(&output.name) else { continue };
        match all.last_mut() {
            Some((last, fields)) if *last == of => fields.push((key, variable)),
            Some(_) | None => all.push((of, vec![(key, variable)])),
        }
    }
    all.into_iter().map(|(_, fields)| fields).collect()
}

/// Commands that write objects whose texts are all empty, each with a blank and `;` behind it.
pub(super) fn empty(all: &[Fields<'_>]) -> String {
    let write = |fields: &Fields<'_>| {
        let form = vec!["\"%s\":\"\""; fields.len()].join(",");
        // Engines may call a key otherwise.
        let keys: String = fields.iter().map(|(_, variable)| format!(" \"${{{variable}##*.}}\"")).collect();
        let (_, first) = fields.first()?;
        Some(format!("{WANTED}printf '{{{form}}}'{keys} >\"${{{first}%.*}}\"; "))
    };
    all.iter().filter_map(write).collect()
}

impl Prelude<'_> {
    /// Code behind the checks of the fields.
    pub(super) fn write_object(&mut self, fields: &Fields<'_>) {
        let object = self.call(Helper::Object, "pipe_object");
        let files: String = fields.iter().flat_map(|(_, variable)| [" \"$", variable, "\""]).collect();
        self.code.push(format!("{WANTED}{object}{files}"));
    }
}

/// Of the characters of a text only those are special to JSON that are looked for here.
pub(super) const OBJECT: &str = r#"pipe_object() {
  pipe_o=''
  for pipe_f do
    pipe_j=$(cat -- "$pipe_f" && printf x)
    pipe_j=${pipe_j%x}
    pipe_o="$pipe_o,\"${pipe_f##*.}\":\""
    while :; do
      pipe_h=${pipe_j%%[\\\"[:cntrl:]]*}
      pipe_o=$pipe_o$pipe_h
      [ "$pipe_h" != "$pipe_j" ] || break
      pipe_j=${pipe_j#"$pipe_h"}
      pipe_c=${pipe_j%"${pipe_j#?}"}
      pipe_j=${pipe_j#?}
      case $pipe_c in
        [\\\"]) pipe_o="$pipe_o\\$pipe_c" ;;
        *) pipe_o=$pipe_o$(printf '\\u%04x' "'$pipe_c") ;;
      esac
    done
    pipe_o="$pipe_o\""
  done
  printf '{%s}' "${pipe_o#,}" >"${pipe_f%.*}"
}
"#;

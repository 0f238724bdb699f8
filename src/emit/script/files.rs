//! Where a step starts, its environment, and the files that are put in place before it.

use super::code::quoted;
use super::helpers::Helper;
use super::prelude::Prelude;
use super::source::{SecretAs, is_optional, is_reworked};
use crate::contract::Source;
use crate::plan::{Env, Expr, FileInput};

impl Prelude<'_> {
    /// Gives the step a variable under the user's name.
    pub(super) fn export(&mut self, env: &Env) {
        if env.is_unset {
            self.code.push(format!("unset -v {}", env.name));
            return;
        }
        self.with_secrets(SecretAs::Value, |this| match this.origin.text(&env.value) {
            Some(source) => {
                this.env.push((env.name.clone(), source));
                if is_reworked(&env.value) {
                    this.rework(&env.value, &env.name);
                }
            }
            None => {
                this.code.push(format!("export {}", env.name));
                this.named(&env.name, |this| this.assign(&env.name, &env.value));
            }
        });
    }

    /// Where the step starts; the source, when nothing has to be evaluated for it.
    pub(super) fn workdir(&mut self, place: &Expr) -> Option<Source> {
        let source = self.origin.text(place);
        match &source {
            Some(source) => self.env.push(("PIPE_WORKDIR".to_owned(), source.clone())),
            None => self.named("workdir", |this| this.assign("PIPE_WORKDIR", place)),
        }
        source
    }

    /// The code that puts a file in place; it runs when all values are known.
    pub(super) fn file(&mut self, file: &FileInput) -> String {
        let path = quoted(&file.path);
        let folder = self.folder_of(&file.path);
        if !Self::is_secret(&file.content) {
            let text = self.text(&file.content, "file");
            let folder = folder.map(|make| make + "\n").unwrap_or_default();
            // Not through a link that an earlier step has put there.
            return format!("{folder}if [ -L {path} ]; then rm -f -- {path}; fi\nprintf %s \"${text}\" >{path}\n");
        }
        let secret = self.with_secrets(SecretAs::File, |this| this.text(&file.content, "file"));
        let folder = folder.map(|make| make + " && ").unwrap_or_default();
        self.touched |= is_optional(&file.content.ty);
        let optional = if is_optional(&file.content.ty) { format!("[ -z \"${secret}\" ] || ") } else { String::new() };
        // For nobody else to read, and not through a link that lies there. Whole at every moment: a task beside this one may read
        // its own of that name there.
        let free = format!("if [ -L {path} ] || [ -d {path} ]; then rm -f -- {path}; fi");
        let aside = format!("pipe_f=$(mktemp -- {})", quoted(&format!("{}.XXXXXX", file.path)));
        let put = format!("cat -- \"${secret}\" >\"$pipe_f\" && mv -f -- \"$pipe_f\" {path}");
        format!("{optional}(umask 077 && {folder}{free} && {aside} && {put})\n")
    }

    /// The code that makes the folders of a file. Those below where the step starts lead nowhere else.
    fn folder_of(&mut self, path: &str) -> Option<String> {
        let folder = path.rfind('/').map(|at| &path[..at]).filter(|folder| !folder.is_empty())?;
        if path.starts_with('/') || folder.split('/').any(|part| part == "..") {
            return Some(format!("mkdir -p -- {}", quoted(folder)));
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        let ways =
            ends.map(|end| &folder[..end]).filter(|way| !matches!(way.rsplit('/').next(), Some("" | ".") | None));
        let ways: Vec<String> = ways.map(quoted).collect();
        (!ways.is_empty()).then(|| format!("{} {}", self.call(Helper::Into, "pipe_into"), ways.join(" ")))
    }
}

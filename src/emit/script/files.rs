//! Where a step starts, its environment, and the files that are put in place before it.

use super::code::quoted;
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
        let folder = file.path.rfind('/').map(|at| &file.path[..at]).filter(|folder| !folder.is_empty());
        let folder = folder.map(|folder| format!("mkdir -p -- {}", quoted(folder)));
        if !Self::is_secret(&file.content) {
            let text = self.text(&file.content, "file");
            let folder = folder.map(|make| make + "\n").unwrap_or_default();
            return format!("{folder}printf %s \"${text}\" >{path}\n");
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
}

//! Where a step starts, its environment, and the files that are put in place before it.

use super::helpers::Helper;
use super::prelude::Prelude;
use super::source::{SecretAs, is_optional, is_reworked};
use crate::contract::Source;
use crate::plan::{Env, Expr, FileInput};

impl Prelude<'_> {
    /// Gives the step a variable under the user's name.
    pub(super) fn export(&mut self, env: &Env) {
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
        let path = self.text(&Expr::string(file.path.clone()), "file_path");
        if !Self::is_secret(&file.content) {
            let text = self.text(&file.content, "file");
            return format!("{} \"${path}\" \"${text}\"\n", self.call(Helper::Put, "pipe_put"));
        }
        let secret = self.with_secrets(SecretAs::File, |this| this.text(&file.content, "file"));
        let put = self.call(Helper::PutSecret, "pipe_put_secret");
        let optional = if is_optional(&file.content.ty) { format!("[ -z \"${secret}\" ] || ") } else { String::new() };
        format!("{optional}{put} \"${path}\" \"${secret}\"\n")
    }
}

//! The files that Wharf filled in when it sent them: which variables stand in them.

use super::findings;
use super::model::At;
use super::parts::{Part, has_variables, parts};
use super::steps::{Here, Maker};
use super::value::Ty;
use super::vars::{Found, secret_in_text};
use crate::diag::did_you_mean;
use crate::import::script::Script;
use crate::source::{FileId, Span, offset};

/// Reads a file beside the one that is imported, by its path from there.
pub(super) type Manifests<'m> = &'m mut dyn FnMut(&str) -> Option<(FileId, String)>;

impl<'a> Maker<'_, 'a> {
    /// `name=value` for each variable that the files read.
    pub(super) fn filled(&mut self, here: &Here<'_, 'a>, files: &[At]) -> Option<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        let mut pairs = Vec::new();
        for file in files {
            let known = (!has_variables(&file.text)).then(|| (self.manifests)(&file.text)).flatten();
            let Some((id, text)) = known else {
                let help = "it is given all inputs, and all variables of the environment, in case it reads them";
                let message = format!("`{}` cannot be read here", file.text);
                self.vars.out.push(findings::assumed(file.span, message, help));
                for name in self.all_declared(here) {
                    self.pair(here, &name, file.span, &mut names, &mut pairs)?;
                }
                continue;
            };
            let mut at = 0;
            for part in parts(&text) {
                let length = match part {
                    Part::Text(text) => text.len(),
                    Part::Escaped(_) => text[at..].find('}').map_or(0, |end| end + 1),
                    Part::Var { name, whole } => {
                        let span = Span::new(id, offset(at), offset(at + whole.len()));
                        self.pair(here, name, span, &mut names, &mut pairs)?;
                        whole.len()
                    }
                };
                at += length;
            }
        }
        Some(pairs)
    }

    /// The inputs that may be shown, and the variables that every environment has in which the step runs.
    fn all_declared(&self, here: &Here<'_, 'a>) -> Vec<String> {
        let document = self.vars.document;
        let shown = document.inputs.iter().filter(|input| input.takes != super::model::Takes::Password);
        let mut names: Vec<String> = shown.map(|input| input.name.clone()).collect();
        let environments = here.place.environments.iter().map(|at| &document.environments[*at].variables);
        let environments: Vec<_> = environments.collect();
        let everywhere = |name: &str| environments.iter().all(|list| list.iter().any(|one| one.name == name));
        let first = environments.first().into_iter().flat_map(|list| list.iter());
        names.extend(first.filter(|one| everywhere(&one.name)).map(|one| one.name.clone()));
        names
    }

    fn pair(
        &mut self,
        here: &Here<'_, 'a>,
        name: &str,
        span: Span,
        names: &mut Vec<String>,
        pairs: &mut Vec<String>,
    ) -> Option<()> {
        if names.iter().any(|known| known == name) {
            return Some(());
        }
        match self.vars.look_up(name, span, &here.place) {
            Found::Value(value) if value.ty == Ty::Secret => {
                self.vars.out.push(secret_in_text(span, name));
                return None;
            }
            Found::Value(value) => {
                let mut script = Script::of(&format!("{name}="));
                script.hole(value.hole());
                names.push(name.to_owned());
                pairs.push(script.quoted());
            }
            Found::Unknown if self.vars.out.iter().any(|found| found.span() == Some(span)) => {
                names.push(name.to_owned())
            }
            Found::Unknown => {
                let near = did_you_mean(name, self.vars.all_names());
                let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                let help = format!("{near}there is no variable of this name, so nothing is put there");
                let message = format!("`${{{name}}}` stays as it is");
                self.vars.out.push(findings::assumed(span, message, help));
                names.push(name.to_owned());
            }
            Found::Broken => return None,
        }
        Some(())
    }
}

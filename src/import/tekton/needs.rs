//! What steps ask of their machine.

use super::cx::Cx;
use super::duration;
use super::findings;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Fields of `needs` with their literals, in the order in which they are written.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Needs {
    pub(super) fields: Vec<(&'static str, String)>,
}

/// The device of virtual machines.
const KVM: &str = "devices.kubevirt.io/kvm";

/// What the nodes say; a later one counts more.
pub(super) fn of(nodes: &[Option<&Node>], cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Needs {
    let mut needs = Needs::default();
    for node in nodes.iter().flatten() {
        if let Some(resources) = node.get("computeResources").or_else(|| node.get("resources")) {
            resources_of(resources, &mut needs, cx, remarks);
        }
        if node.get("securityContext").is_some_and(|security| security.is_true("privileged")) {
            needs.set("privileged", "true".to_owned());
        }
    }
    needs
}

impl Needs {
    fn set(&mut self, name: &'static str, value: String) {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value));
    }

    /// The most that one of the two asks for.
    pub(super) fn with(mut self, other: &Self) -> Self {
        for (name, value) in &other.fields {
            if !self.fields.iter().any(|(known, _)| known == name) {
                self.fields.push((name, value.clone()));
            }
        }
        self
    }

    /// `needs: { cpu: 1, memory: 2Gi }`
    pub(super) fn field(&self) -> Option<String> {
        let fields: Vec<String> = self.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        (!fields.is_empty()).then(|| format!("needs: {{ {} }}", fields.join(", ")))
    }
}

fn resources_of(node: &Node, needs: &mut Needs, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) {
    let asked = |side: &str, name: &str, cx: &Cx<'_, '_>| node.get(side).and_then(|side| cx.number_of(side, name));
    let mut names: Vec<String> = Vec::new();
    for side in ["requests", "limits"] {
        for (key, _) in node.get(side).into_iter().flat_map(Look::entries) {
            if !names.contains(&key.text) {
                names.push(key.text.clone());
            }
        }
    }
    for name in names {
        let (request, limit) = (asked("requests", &name, cx), asked("limits", &name, cx));
        let Some(at) = limit.clone().or_else(|| request.clone()) else { continue };
        if let (Some(request), Some(limit)) = (&request, &limit)
            && request.text != limit.text
        {
            let message = format!("`{name}` has a request of {} and a limit of {}", request.text, limit.text);
            cx.push(findings::assumed(
                limit.span,
                message,
                "taken for the limit: what the program asks for is reserved",
            ));
        }
        let read = match name.as_str() {
            "cpu" => duration::cpu(&at.text).map(|text| ("cpu", text)),
            "memory" => duration::size(&at.text).map(|text| ("memory", text)),
            "ephemeral-storage" => duration::size(&at.text).map(|text| ("disk", text)),
            KVM => Some(("kvm", "true".to_owned())),
            _ => None,
        };
        match read {
            Some((field, text)) => needs.set(field, text),
            None => {
                let message = format!("`{name}: {}` has no form in the program", at.text);
                cx.cannot(
                    remarks,
                    findings::not_said(at.span, message, "the program asks for cpu, memory, disk and kvm"),
                );
            }
        }
    }
}

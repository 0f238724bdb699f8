//! The shape of a build configuration: only fields that the API knows, each of its kind. An unknown one is dropped there in silence.

use serde_json::Value;

/// What may stand in a place.
enum Shape {
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number of at least one.
    Count,
    /// Any keys, each with a text.
    Texts,
    List(&'static Self),
    /// Known fields; a `!` ends the name of one that has to be there.
    Fields(&'static [(&'static str, Self)]),
}

use Shape::{Count, Fields, List, OneOf, Text, Texts};

const IMAGE: Shape =
    Fields(&[("kind!", OneOf(&["DockerImage", "ImageStreamTag"])), ("name!", Text), ("namespace", Text)]);
const NAMED: Shape = Fields(&[("name!", Text)]);

const CUSTOM: Shape = Fields(&[
    ("from!", IMAGE),
    ("pullSecret", NAMED),
    ("env", List(&Fields(&[("name!", Text), ("value!", Text)]))),
    ("secrets", List(&Fields(&[("secretSource!", NAMED), ("mountPath!", Text)]))),
    ("buildAPIVersion", Text),
]);

const BUILD: Shape = Fields(&[
    ("apiVersion!", OneOf(&["build.openshift.io/v1"])),
    ("kind!", OneOf(&["BuildConfig"])),
    ("metadata!", Fields(&[("name!", Text), ("namespace", Text), ("labels", Texts), ("annotations", Texts)])),
    (
        "spec!",
        Fields(&[
            // A binary build has to start within five minutes, so builds never wait for each other here.
            ("runPolicy!", OneOf(&["Parallel"])),
            ("serviceAccount!", Text),
            ("completionDeadlineSeconds", Count),
            ("successfulBuildsHistoryLimit", Count),
            ("failedBuildsHistoryLimit", Count),
            ("source!", Fields(&[("type!", OneOf(&["Binary"])), ("binary!", Fields(&[("asFile", Text)]))])),
            ("strategy!", Fields(&[("type!", OneOf(&["Custom"])), ("customStrategy!", CUSTOM)])),
            ("nodeSelector", Texts),
            ("resources", Fields(&[("requests", Texts), ("limits", Texts)])),
            // Without the field the API has no triggers; with it empty, nobody adds one.
            ("triggers", List(&Fields(&[]))),
        ]),
    ),
]);

/// What is wrong with a build configuration.
pub(crate) fn well_formed(build: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = build["metadata"]["name"].as_str().unwrap_or("?");
    walk(&BUILD, build, name, &mut wrong);
    equal_for_devices(&build["spec"]["resources"], name, &mut wrong);
    wrong
}

fn walk(shape: &Shape, value: &Value, place: &str, wrong: &mut Vec<String>) {
    let holds = match shape {
        Text => value.is_string(),
        OneOf(texts) => value.as_str().is_some_and(|text| texts.contains(&text)),
        Count => value.as_u64().is_some_and(|number| number > 0),
        Texts => value.as_object().is_some_and(|fields| fields.values().all(Value::is_string)),
        List(of) => value.as_array().is_some_and(|list| {
            list.iter().for_each(|one| walk(of, one, place, wrong));
            true
        }),
        Fields(known) => value.as_object().is_some_and(|fields| {
            let missing = known.iter().filter_map(|(name, _)| name.strip_suffix('!'));
            wrong.extend(missing.filter(|name| !fields.contains_key(*name)).map(|name| format!("{place}: no {name}")));
            for (name, inner) in fields {
                match known.iter().find(|(known, _)| known.trim_end_matches('!') == name) {
                    Some((_, shape)) => walk(shape, inner, &format!("{place}.{name}"), wrong),
                    None => wrong.push(format!("{place}: nobody knows {name}")),
                }
            }
            true
        }),
    };
    if !holds {
        wrong.push(format!("{place}: {value} is of another kind"));
    }
}

/// A device is asked for in whole numbers, and as much as it is limited to.
fn equal_for_devices(resources: &Value, place: &str, wrong: &mut Vec<String>) {
    for field in ["requests", "limits"] {
        let found = resources[field].as_object().into_iter().flatten().filter(|(name, _)| name.contains('/'));
        for (name, value) in found {
            let whole = value.as_str().is_some_and(|text| text.parse::<u32>().is_ok());
            if !whole || resources["requests"][name] != resources["limits"][name] {
                wrong.push(format!("{place}: {name} is {value}"));
            }
        }
    }
}

#[test]
fn what_nobody_knows_is_found() {
    let text = serde_json::json!({
        "apiVersion": "build.openshift.io/v1", "kind": "BuildConfig", "metadata": {"name": "b", "labels": {"a": true}},
        "spec": {
            "runPolicy": "Serial", "serviceAccount": "s", "source": {"type": "Binary", "binary": {}}, "tolerations": [],
            "strategy": {"type": "Custom", "customStrategy": {"env": [{"name": "A", "value": 1}]}},
            "resources": {"limits": {"devices.kubevirt.io/kvm": "1"}},
        }
    });
    let wrong = well_formed(&text);
    let expected = [
        "b.metadata.labels: {\"a\":true} is of another kind",
        "b.spec.runPolicy: \"Serial\" is of another kind",
        "b.spec: nobody knows tolerations",
        "b.spec.strategy.customStrategy: no from",
        "b.spec.strategy.customStrategy.env.value: 1 is of another kind",
        "b: devices.kubevirt.io/kvm is \"1\"",
    ];
    assert_eq!(wrong, expected);
}

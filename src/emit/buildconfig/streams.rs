//! Streams of images: one whose tags are the images of the classes, and one for what the pipeline makes.

use super::Job;
use super::class::Class;
use super::model::{base, builder, metadata, object};
use crate::emit::yaml::{Map, Node};
use crate::source::Sources;

/// Those that the options ask for.
pub(super) fn all(job: &Job<'_>, sources: &Sources) -> Vec<Node> {
    if !job.options.image_streams {
        return Vec::new();
    }
    let tags: Vec<Node> = job.classes().map(|class| tag(job, class)).collect();
    let builders = stream(job, &name(job), Map::new().with("tags", tags), sources);
    let made = job.options.output.as_ref().filter(|output| output.is_stream());
    let made = made.map(|output| stream(job, output.stream(), Map::new(), sources));
    std::iter::once(builders).chain(made).collect()
}

/// The image of a class: of a registry, or the tag of the class.
pub(super) fn from(job: &Job<'_>, class: Class) -> Map {
    let (kind, name) = if job.options.image_streams {
        ("ImageStreamTag", format!("{}:{}", name(job), class.name()))
    } else {
        ("DockerImage", builder(job, class))
    };
    Map::new().with("kind", kind).with("name", name)
}

fn name(job: &Job<'_>) -> String {
    format!("{}-builder", base(job.plan))
}

/// An image of several architectures is imported as one image, unless it is said that all are wanted.
fn tag(job: &Job<'_>, class: Class) -> Node {
    let from = Map::new().with("kind", "DockerImage").with("name", builder(job, class));
    let policy = Map::new().with("importMode", "PreserveOriginal");
    let is_of_one = job.plan.tasks().all(|(_, task)| task.needs.arch.is_none());
    let tag = Map::new().with("name", class.name()).with("from", from);
    tag.with_some("importPolicy", (!is_of_one).then_some(policy)).into()
}

/// Pods do not look their images up here, builds do.
fn stream(job: &Job<'_>, name: &str, tags: Map, sources: &Sources) -> Node {
    let mut spec = Map::new().with("lookupPolicy", Map::new().with("local", false));
    spec.entries.extend(tags.entries);
    object("image.openshift.io/v1", "ImageStream", metadata(job, name, sources)).with("spec", spec).into()
}

//! Images that lie in files.

use super::images::{Image, gzip, put, tar};
use crate::cli::run::Place;

const PROGRAM: &str = "pipeline ci() {\n    task t { image: \"quay.io/a/b:1\", run: \"make\" }\n}\n";

const CONFIG: &str = "{\"Entrypoint\":[\"/app\"],\"Cmd\":[\"--port\",\"80\"],\"Env\":[\"PATH=/bin\",\"A=b=c\"],\"WorkingDir\":\"/srv\",\"User\":\"1001\"}";

fn place() -> Place {
    Place::with(&[("ci.pipe", PROGRAM)])
}

/// Capability 2.9: the entrypoint and the command are written down, with the digest.
#[test]
fn capability_2_9_an_image_is_written_down() {
    let place = place();
    let image = Image::of("amd64", CONFIG);
    put(&place, "image", &image.layout("1"));
    let ran = place.run(&["lock", "--from", "quay.io/a/b:1=oci:image"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "pipec.lock\n", ""));
    let wanted = format!(
        r#"{{
  "version": 1,
  "images": [
    {{
      "image": "quay.io/a/b:1",
      "platform": "linux/amd64",
      "digest": "{}",
      "entrypoint": [
        "/app"
      ],
      "cmd": [
        "--port",
        "80"
      ],
      "env": {{
        "A": "b=c",
        "PATH": "/bin"
      }},
      "workdir": "/srv",
      "user": "1001"
    }}
  ]
}}
"#,
        image.top
    );
    assert_eq!(place.read("pipec.lock"), wanted);
    // Again, and nothing is to be done; and no registry was asked for that.
    let ran = place.run(&["lock"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert_eq!(place.run(&["lock", "--check"]).code, 0);
}

#[test]
fn folders_archives_and_compressed_archives_say_the_same() {
    let image = Image::both(CONFIG, "{\"Cmd\":[\"arm\"]}");
    let files = image.layout("quay.io/a/b:1");
    let mut locks = Vec::new();
    for (name, bytes) in [("a.tar", tar(&files)), ("b.tgz", gzip(&tar(&files)))] {
        let place = place();
        place.put(name, bytes);
        let ran = place.run(&["lock", "--from", &format!("quay.io/a/b:1=oci:{name}")]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        locks.push(place.read("pipec.lock"));
    }
    let place = place();
    put(&place, "image", &files);
    assert_eq!(place.run(&["lock", "--from", "quay.io/a/b:1=oci:image"]).code, 0);
    locks.push(place.read("pipec.lock"));
    assert!(locks.windows(2).all(|two| two[0] == two[1]), "{locks:#?}");
    assert!(locks[0].contains(&image.top) && locks[0].contains("\"/app\""), "{}", locks[0]);
    // Of the other platform, under the same digest.
    assert_eq!(place.run(&["lock", "--from", "quay.io/a/b:1=oci:image", "--platform", "linux/aarch64"]).code, 0);
    let other = place.read("pipec.lock");
    assert!(other.contains("\"linux/arm64\"") && other.contains("\"arm\"") && other.contains(&image.top), "{other}");
    let ran = place.run(&["lock", "--from", "quay.io/a/b:1=oci:image", "--platform", "linux/s390x"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("there is none for linux/s390x") && ran.err.contains("linux/arm64/v8, linux/amd64"),
        "{}",
        ran.err
    );
    assert_eq!(place.read("pipec.lock"), other);
}

/// What `docker save` wrote before it had digests: the command is known, and nothing can be pinned.
#[test]
fn an_archive_of_docker_is_read() {
    let place = place();
    let config = format!("{{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{CONFIG}}}");
    let manifest = "[{\"Config\":\"c.json\",\"RepoTags\":[\"other:1\"],\"Layers\":[]},{\"Config\":\"a.json\",\"RepoTags\":[\"quay.io/a/b:1\"],\"Layers\":[]}]";
    let files = [("manifest.json", manifest.to_owned()), ("a.json", config), ("c.json", "{}".to_owned())];
    let files: Vec<_> = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    place.put("a.tar", tar(&files));
    let ran = place.run(&["lock", "--from", "quay.io/a/b:1=docker-archive:a.tar"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lock = place.read("pipec.lock");
    assert!(lock.contains("\"/app\"") && !lock.contains("digest"), "{lock}");
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.code == 0 && ran.out.contains("image: \"quay.io/a/b:1\"\n"), "{}{}", ran.out, ran.err);
}

#[test]
fn bytes_are_held_against_their_digests() {
    let image = Image::of("amd64", CONFIG);
    for (at, (digest, _)) in image.blobs.iter().enumerate() {
        let place = place();
        put(&place, "image", &image.layout("1"));
        let blob = format!("image/blobs/{}", digest.replace(':', "/"));
        place.put(&blob, place.read(&blob).replace("linux", "linuy").replace("[]", "[ ]"));
        let ran = place.run(&["lock", "--from", "quay.io/a/b:1=oci:image"]);
        assert_eq!(ran.code, 2, "{at}");
        assert!(ran.err.contains("P0757") && ran.err.contains(digest), "{}", ran.err);
        assert_eq!(place.names("."), ["ci.pipe", "image"]);
    }
}

#[test]
fn what_is_no_layout_is_said() {
    let image = Image::of("amd64", CONFIG);
    let place = place();
    place.put("empty/readme", "");
    place.put("broken/index.json", "{");
    put(&place, "half", &image.layout("1")[..2]);
    place.put("text", "no archive at all");
    let rows = [
        ("empty", "there is neither an `index.json` nor a `manifest.json`"),
        ("broken", "its index is not what a registry gives"),
        ("half", "it lacks `blobs/sha256/"),
        ("nowhere", "No such file"),
    ];
    for (path, wanted) in rows {
        let ran = place.run(&["lock", "--from", &format!("quay.io/a/b:1=oci:{path}")]);
        assert_eq!(ran.code, 2, "{path}");
        assert!(ran.err.contains(wanted), "{path}: {}", ran.err);
    }
    assert_eq!(place.run(&["lock", "--from", "quay.io/a/b:1=oci:text"]).code, 2);
    assert_eq!(place.run(&["lock", "--from", "quay.io/a/b:1=zip:text"]).code, 2);
    assert!(!place.names(".").contains(&"pipec.lock".to_owned()));
}

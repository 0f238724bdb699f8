//! `pipec doc`: pages about modules.

use super::run::{BAD, Place};

/// Every kind of declaration, with comments that try to leave their place.
const ALL: &str = r#"//! A module with *all* that can be declared.
//!
//! # Not a heading
//! <script>alert("module")</script>
//!
//! And <b>bold</b>, [a link](https://example.com/?a=1&b=2), [a trap](javascript:alert(1)).
use std.prelude

/// How loud. </dd></dl><h1>out</h1>
enum Level {
    /// Nothing at all.
    quiet
    very_loud = "very-loud"
}

/// Where things go.
record Place {
    /// The `<host>` name.
    host: string,
    level: Level = .quiet,
}

/// A version.
type Version = string matching "v[0-9]+(<|&)?"

/// The table.
artifact Table
/// The disk.
artifact Disk requires Table

command "mkimage table" makes Table
/// Needs a table before it.
command "mkimage disk" makes Table, Disk

/// The tools.
const tools: image = "quay.io/f/f:1"

/// Levels that are loud.
fn loud(level: Level) -> bool = match level {
    .quiet => false
    .very_loud => true
}

/// Make a disk.
///
/// - one `point`
/// - another
///
/// ```sh
/// mkimage disk && echo "<done>"
/// ```
task disk(
    work: workspace,
    /// One or more lines
    /// about the version.
    version: Version? = none,
    levels: [Level] = [
        .quiet, // always
        .very_loud,
    ],
) -> (disk: Disk, count: int) {
    image: tools
    needs: { cpu: 2, memory: 1Gi }
    timeout: 5min
    workdir: work
    run: "mkimage table; mkimage disk > ~{out.disk}; echo ~{version ?? Version("v1")} ~{join(for_each(levels), ",")} 1 > ~{out.count}"
}

/// All of it. ```unclosed
pipeline all(
    /// Bound when compiling.
    const level: Level = .quiet,
    key: secret? = none,
) -> (count: int) {
    require not loud(level) or key != none, "it is loud: a `key` is needed"
    workspace work { size: 1Gi }
    made = disk(work)
    return (count: made.count)
}
"#;

fn all() -> String {
    ALL.replace(" ~{join(for_each(levels), \",\")}", " ~{levels}")
}

fn place() -> Place {
    Place::with(&[("all.pipe", &all()), ("lib/b.pipe", "/// Only this.\nconst one: int = 1\n")])
}

#[test]
fn everything_stands_in_markdown() {
    let page = place().run(&["doc", "all.pipe"]).exits(0);
    assert_eq!(page.err, "");
    insta::assert_snapshot!(page.out);
}

#[test]
fn everything_stands_in_html() {
    let place = place();
    let page = place.run(&["doc", "all.pipe", "--format", "html"]).exits(0).out;
    let (_, body) = page.split_once("<body>").unwrap();
    insta::assert_snapshot!(body);
}

/// Well-formed, whole, without anything from elsewhere or that runs; every link leads to a place; headings go down one at
/// a time.
const SOUND: &str = r#"
import sys, re, xml.etree.ElementTree as tree
X = '{http://www.w3.org/1999/xhtml}'
KNOWN = set('html head meta title style body a nav main section h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd code pre em strong blockquote br hr'.split())
for name in sys.argv[1:]:
    page = tree.parse(name).getroot()
    ids = [e.get('id') for e in page.iter() if e.get('id')]
    assert len(ids) == len(set(ids)), (name, sorted(i for i in ids if ids.count(i) > 1))
    assert page.get('lang') == 'en' and page.find(f'{X}head/{X}title').text
    assert len(list(page.iter(X + 'h1'))) == 1, name
    depth = 0
    for e in page.iter():
        tag = e.tag.replace(X, '')
        assert tag in KNOWN, (name, tag)
        for key, value in e.attrib.items():
            assert key in {'id', 'href', 'class', 'lang', 'charset', 'name', 'content', 'http-equiv', 'aria-label', 'tabindex', 'title', 'start'}, (name, tag, key)
        href = e.get('href')
        if href and href.startswith('#'):
            assert href[1:] in ids, (name, href)
        if href:
            assert href.startswith(('#', 'https://')) or href.endswith('.html'), (name, href)
        if re.fullmatch('h[1-6]', tag):
            assert int(tag[1]) <= depth + 1, (name, tag, ''.join(e.itertext()))
            depth = int(tag[1])
    style = page.find(f'{X}head/{X}style').text
    assert 'url(' not in style and '@import' not in style
"#;

#[test]
fn html_is_sound() {
    let place = place();
    place.put("sound.py", SOUND);
    place.run(&["doc", ".", "std.prelude", "std.cosa", "--format", "html", "-o", "site"]).exits(0);
    place.run(&["doc", ".", "std.cosa", "-o", "one.html"]).exits(0);
    assert_eq!(place.names("site"), ["all.html", "index.html", "lib.b.html", "std.cosa.html", "std.prelude.html"]);
    place.shell("python3 sound.py site/*.html one.html").exits(0);
    let page = place.read("one.html");
    assert!(page.contains("id=\"std-cosa-task-init\"") && page.contains("href=\"#std-cosa-type-Source\""));
}

/// Read as HTML by a browser's rules, the comments are text too.
#[test]
fn a_comment_never_becomes_markup() {
    let place = place();
    for format in ["markdown", "html"] {
        let page = place.run(&["doc", "all.pipe", "--format", format]).exits(0).out;
        let page = page.replace("\\<", "escaped");
        assert!(
            !page.contains("<script")
                && !page.contains("<b>")
                && !page.contains("<h1>out")
                && !page.contains("(javascript:"),
            "{page}"
        );
        assert!(!page.contains("\"javascript:"), "{page}");
    }
}

#[test]
fn the_library_is_documented() {
    let place = place();
    let page = place.run(&["doc", "std.cosa"]).exits(0).out;
    for part in [
        "# `std.cosa`\n",
        "<a id=\"task-build\"></a>\n### `build`\n",
        "- `ostree`: [`Ostree`](#type-Ostree)\n",
        "- Requires: [`Ostree`](#type-Ostree)`, `[`Metal`](#type-Metal)`, `[`Metal4k`](#type-Metal4k)\n",
        "- Made by: `\"cosa buildextend-live\", `[`live`](#task-live)\n",
        "Declared in `std/cosa.pipe:",
    ] {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
    let count = |text: &str| page.matches(text).count();
    let source = pipec::source::STDLIB.iter().find(|(name, _)| *name == "cosa").unwrap().1;
    let declared = |word: &str| source.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!(count("<a id=\"task-"), declared("task "));
    assert_eq!(count("<a id=\"command-"), declared("command "));
    assert_eq!(count("<a id=\"type-"), ["artifact ", "enum ", "type ", "record "].map(declared).iter().sum::<usize>());
    assert_eq!(page, place.run(&["doc", "std.cosa"]).exits(0).out);
}

#[test]
fn what_is_not_there_or_not_right_has_no_page() {
    let place = place();
    place.run(&["doc", "std.prelud"]).exits(2).says("P0205").says("did you mean `std.prelude`?");
    place.run(&["doc", "missing.pipe"]).exits(2).says("P0701");
    place.put("bad.pipe", BAD);
    let ran = place.run(&["doc", "bad.pipe", "all.pipe", "-o", "out"]).exits(1).says("P0204");
    assert_eq!((&*ran.out, place.names("out").len()), ("", 0));
    place.run(&["doc", "lib/nothing"]).exits(2);
    let place = Place::new();
    place.run(&["doc"]).exits(2).says("P0702");
    assert!(place.feed(&["doc", "-"], "/// One.\nconst one: int = 1\n").exits(0).out.contains("### `one`"));
}

#[test]
fn check_says_whether_it_is_up_to_date() {
    let place = place();
    for out in ["docs", "docs/one.md", "docs/one.html"] {
        let args = ["doc", ".", "-o", out];
        let check = [&args[..], &["--check"]].concat();
        place.run(&check).exits(1).says("P0704").says("--- /dev/null");
        place.run(&args).exits(0);
        assert_eq!(place.run(&check).exits(0).out, "");
    }
    place.put("lib/b.pipe", "/// Only that.\nconst one: int = 1\n");
    place.run(&["doc", ".", "-o", "docs", "--check"]).exits(1).says("-Only this.").says("+Only that.");
    place.run(&["doc", ".", "--check"]).exits(2).says("--out");
}

//! Doc comments: Markdown of which nothing can leave its place. Markup becomes text, headings become bold lines, pictures
//! their words, links those of the web, of mail and within the pages.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use pulldown_cmark_to_cmark::cmark;

/// As HTML.
pub(super) fn html(doc: &str) -> String {
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events(&closed(doc)).into_iter());
    out
}

/// As Markdown that ends where it ends: no fence and no markup stays open.
pub(super) fn markdown(doc: &str) -> String {
    let mut out = String::new();
    // Writing to memory does not fail; what is no Markdown any more is shown as it was written.
    match cmark(events(&closed(doc)).iter(), &mut out, Options::empty()) {
        Ok(_) => out,
        Err(_) => code_block(doc),
    }
}

/// A code block whose fence is longer than any in the text.
pub(super) fn code_block(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{}\n{fence}", text.trim_end())
}

/// With the line end that closes its last block.
fn closed(doc: &str) -> String {
    format!("{doc}\n")
}

fn events(doc: &str) -> Vec<Event<'_>> {
    let mut links = Vec::new();
    Parser::new(doc).flat_map(|event| tame(event, &mut links)).collect()
}

/// `links` has a mark for each open link: whether it was kept.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named is plain prose, or needs an option of the parser"
)]
fn tame<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Vec<Event<'a>> {
    match event {
        // A line of a block of markup comes with its end.
        Event::Html(text) => vec![Event::Text(text.trim_end().to_owned().into()), Event::SoftBreak],
        Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)],
        Event::End(TagEnd::Heading(HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3))
        | Event::End(TagEnd::Heading(HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6)) => {
            vec![Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]
        }
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Vec::new(),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            links.push(is_safe(dest_url));
            if is_safe(dest_url) { vec![event] } else { Vec::new() }
        }
        Event::End(TagEnd::Link) => {
            if links.pop().unwrap_or(false) {
                vec![event]
            } else {
                Vec::new()
            }
        }
        other => vec![other],
    }
}

/// No scheme but these: what a browser would run has one.
fn is_safe(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().unwrap_or_default().split_once(':').map(|(scheme, _)| scheme);
    let lower = scheme.map(str::to_ascii_lowercase);
    lower.is_none_or(|scheme| ["http", "https", "mailto"].contains(&scheme.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{html, markdown};

    const HOSTILE: &[&str] = &[
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b> c",
        "<!-- open",
        "<style>\n\nbody { display: none }",
        "```\nnever closed",
        "~~~~ x\" onload=\"y\nnever closed",
        "[a](javascript:alert(1)) [b](JAVASCRIPT:x) [c](data:text/html,x) [d](vbscript:x)",
        "![p](https://example.com/x.png \"</p><script>\")",
        "<javascript:x> <https://example.com/\"onclick=\"x>",
        "# a heading\n\nb\n===\n\n###### c",
        "&lt;script&gt;x&lt;/script&gt; &#60;img&#62;",
        "\\<b> `<i>` ``` ` ```",
        "- a\n  - <u>\n    1. b\n> q\n\n    <pre>",
        "[x]: javascript:alert(1)\n\n[x] [x][] [y][x]",
        "</li></ul></main><h1>x</h1>",
    ];

    #[test]
    fn nothing_becomes_markup() {
        for doc in HOSTILE {
            for page in [html(doc), html(&markdown(doc))] {
                let page = page.to_lowercase();
                for tag in page.split('<').skip(1) {
                    let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap();
                    let known = ["p", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote", "br", "hr"];
                    assert!(known.contains(&name), "{doc:?} gives <{tag} in {page}");
                }
                assert!(!page.contains("href=\"javascript") && !page.contains("href=\"data"), "{doc:?}: {page}");
                assert!(!page.contains("href=\"vbscript"), "{doc:?}: {page}");
            }
        }
    }

    /// What follows a comment is not part of it: the page goes on.
    #[test]
    fn nothing_stays_open() {
        for doc in HOSTILE {
            let page = html(&format!("{}\n\nBEHIND *it*\n", markdown(doc)));
            assert!(page.contains("<p>BEHIND <em>it</em></p>"), "{doc:?}: {page}");
        }
    }

    #[test]
    fn what_is_meant_stays() {
        let doc = "Some *text*, `code <x>`, **bold** and [a link](https://example.com/a?b=c&d).\n\n- one\n- two\n\n```sh\na < b && c\n```";
        let page = html(doc);
        for part in [
            "<em>text</em>",
            "<code>code &lt;x&gt;</code>",
            "<strong>bold</strong>",
            "<li>one</li>",
            "a &lt; b &amp;&amp; c",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(page.contains("<a href=\"https://example.com/a?b=c&amp;d\">a link</a>"), "{page}");
        assert_eq!(html(&markdown(doc)), page);
    }
}

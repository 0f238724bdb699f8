//! scratch
use pipec::diag::Diagnostics;
use pipec::source::Sources;
#[test]
fn scratch() {
    let path = "/tmp/scratch.pipe";
    let text = std::fs::read_to_string(path).unwrap();
    let mut sources = Sources::default();
    let id = sources.add("x.pipe", text.clone());
    let mut out = Diagnostics::default();
    let file = pipec::syntax::parse(id, &text, &mut out);
    for d in out.sorted().iter() {
        println!("{} {} ({}) {:?}", d.code.id(), d.message, d.labels[0].text, sources.position(d.labels[0].span));
        println!("     help {:?} fixes {:?}", d.help, d.fixes.iter().map(|f| &f.title).collect::<Vec<_>>());
    }
    if std::env::var_os("TREE").is_some() {
        println!("{file:#?}");
    }
}

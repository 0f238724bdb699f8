//! Temporary.
#[test]
fn draft() {
    let Ok(paths) = std::env::var("DRAFT") else { return };
    let mut sources = pipec::source::Sources::default();
    let mut ids = Vec::new();
    for path in paths.split(' ') {
        ids.push(sources.add(path, std::fs::read_to_string(path).unwrap()));
    }
    let texts: Vec<_> = ids.iter().map(|id| (*id, sources.get(*id).text.as_str())).collect();
    let mut out = pipec::diag::Diagnostics::default();
    let options = pipec::import::tekton::Options { name: None, lenient: std::env::var("LENIENT").is_ok() };
    let made = pipec::import::tekton::import(&texts, options, &mut out);
    for one in out.iter() { eprintln!("{}", pipec::diag::report::line(&sources, one)); }
    if let Some(made) = made { println!("{}", made.program); }
}

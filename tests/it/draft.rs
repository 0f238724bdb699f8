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
    for one in out.iter() {
        eprintln!("{}", pipec::diag::report::line(&sources, one));
    }
    if let Some(made) = made {
        println!("{}", made.program);
    }
}

#[test]
fn again() {
    let Ok(path) = std::env::var("DRAFT") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    let options = pipec::query::import::Manifests { name: None, lenient: true };
    let import = pipec::query::import::Import::manifests(
        &super::import::Texts::of(&[("given.yaml", &text)]),
        &["given.yaml".to_owned()],
        options,
    );
    let program = import.imported.unwrap().program;
    let texts = super::import_tekton::emitted(&program);
    if let Ok(to) = std::env::var("TO") {
        std::fs::write(to, texts.join("---\n")).unwrap();
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (before, after) =
        (super::import_tekton::compare::graphs(&[&text]), super::import_tekton::compare::graphs(&texts));
    for (of, graph) in &before {
        super::import_tekton::compare::same(graph, &after[of], of);
    }
}

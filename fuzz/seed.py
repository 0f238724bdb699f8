#!/usr/bin/env python3
"""Fills fuzz/work with texts to begin from: the programs of the pages, of the examples and of the library, and the
scripts in them. What adds coverage comes into the corpus by `fuzz/run.sh minimise`."""
import hashlib
import pathlib
import re

here = pathlib.Path(__file__).resolve().parent
root = here.parent


def put(target, text):
    folder = here / "work" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(text.encode()).hexdigest()).write_text(text, encoding="utf-8")


programs = [p.read_text(encoding="utf-8") for f in ("examples", "stdlib", "tests", "src") for p in root.glob(f"{f}/**/*.pipe")]
for page in root.glob("src/diag/pages/*.md"):
    programs += re.findall(r"```pipe[^\n]*\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
for program in programs:
    put("parse", program)
    put("format", program)
    for script in re.findall(r'"""(.*?)"""', program, re.S) + re.findall(r'run:\s*"(.*)"', program):
        put("shell", re.sub(r"~\{[^}]*\}", "@@", script))
for script in [*root.glob("src/**/*.sh"), *root.glob("benches/*.sh"), here / "run.sh"]:
    put("shell", script.read_text(encoding="utf-8"))
for source in (root / "tests/it/shell.rs", root / "tests/it/shell/oracle.rs"):
    for text in re.findall(r'"((?:[^"\\\n]|\\.)+)"', source.read_text(encoding="utf-8")):
        put("shell", text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\"))

"""Reads every YAML file below a folder as YAML 1.1 and as YAML 1.2, and prints the documents, which have to be the same."""

import json
import pathlib
import sys

import ruamel.yaml
import yaml


def plain(value):
    if isinstance(value, dict):
        return {key if isinstance(key, str) else refuse(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else refuse(value)


def refuse(value):
    raise SystemExit(f"{path}: {value!r} is no plain value")


def old(text):
    return list(yaml.safe_load_all(text))


def new(text):
    return list(ruamel.yaml.YAML(typ="safe", pure=True).load_all(text))


read = {"1.1": old, "1.2": new}[sys.argv[1]]
found = {}
for path in sorted(pathlib.Path(sys.argv[2]).rglob("*.yaml")):
    found[str(path)] = plain(read(path.read_text()))
json.dump(found, sys.stdout)

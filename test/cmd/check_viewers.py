#!/usr/bin/env python3
"""Whether reports are in the forms that the viewers of go-size-analyzer and esbuild ask for.

usage: check_viewers.py MODULE GSA.json ESBUILD.json
"""
import json
import os
import sys

PACKAGE_TYPES = {"main", "std", "vendor", "generated", "unknown"}
SYMBOL_TYPES = {"unknown", "text", "data"}


def is_size(value):
    return isinstance(value, int) and value >= 0


def check_package(package):
    assert set(package) == {"name", "type", "subPackages", "files", "symbols", "size"}, package.keys()
    assert isinstance(package["name"], str) and package["type"] in PACKAGE_TYPES
    assert isinstance(package["subPackages"], dict) and isinstance(package["files"], list)
    for symbol in package["symbols"]:
        assert set(symbol) == {"name", "addr", "size", "type"}
        assert symbol["type"] in SYMBOL_TYPES and is_size(symbol["size"]) and is_size(symbol["addr"])
    inner = sum(check_package(inner) for inner in package["subPackages"].values())
    assert package["size"] == inner + sum(symbol["size"] for symbol in package["symbols"]), package["name"]
    return package["size"]


def main():
    module, gsa_file, esbuild_file = sys.argv[1:]
    size = os.path.getsize(module)
    gsa = json.load(open(gsa_file, encoding="utf-8"))
    assert set(gsa) == {"name", "size", "packages", "sections"} and gsa["size"] == size
    assert sum(check_package(package) for package in gsa["packages"].values()) == size
    assert gsa["packages"]["main"]["type"] == "main" and gsa["packages"]["fmt"]["type"] == "std"
    assert gsa["sections"] == []

    meta = json.load(open(esbuild_file, encoding="utf-8"))
    (output,) = meta["outputs"].values()
    assert output["bytes"] == size
    assert sum(entry["bytesInOutput"] for entry in output["inputs"].values()) == size
    assert set(output["inputs"]) == set(meta["inputs"])
    for name, entry in meta["inputs"].items():
        assert is_size(entry["bytes"]) and entry["imports"] == [] and name.count("/") >= 2
    print("viewers' forms are right")


main()

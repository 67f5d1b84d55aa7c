#!/usr/bin/env python3
"""Holds reports of sizes against the module, which is read here independently.

usage: check_sizes.py MODULE REPORT.json REPORT.csv REPORT.txt [--export=NAME] [--like=REPORT.json]

The rows of each report have to add up to the file's size; the bytes of functions, names, elements and
data to what the sections have. --like is the report of a link of the same module: what tables tell of
functions must be the same.
"""
import collections
import csv
import json
import os
import sys


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def leb(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def name(self):
        size = self.leb()
        self.at += size
        return self.data[self.at - size:self.at]


def sections_of(data):
    reader = Reader(data, 8)
    while reader.at < len(data):
        kind, size = reader.byte(), reader.leb()
        yield kind, data[reader.at:reader.at + size]
        reader.at += size


def measure(data):
    """By kind, of those that can be read without the program."""
    sizes = collections.Counter()
    for kind, payload in sections_of(data):
        reader = Reader(payload)
        if kind == 10:
            reader.leb()
            sizes["code"] = len(payload) - reader.at
        elif kind == 3:
            reader.leb()
            sizes["declaration"] = len(payload) - reader.at
        elif kind == 1:
            sizes["signature"] = len(payload)
        elif kind == 11:
            for _ in range(reader.leb()):
                begin = reader.at
                assert reader.byte() == 0 and reader.byte() == 0x41
                reader.leb()
                assert reader.byte() == 0x0b
                size = reader.leb()
                sizes["segment"] += reader.at - begin
                sizes["contents"] += size
                reader.at += size
        elif kind == 0:
            name = reader.name()
            if name == b"go:buildid":
                sizes["build-id"] = len(payload) - reader.at
            elif name == b"producers":
                sizes["producers"] = len(payload) - reader.at
            elif name == b"name":
                assert reader.byte() == 1
                reader.leb()
                reader.leb()
                sizes["name"] = len(payload) - reader.at
    return sizes


def code_of(report):
    return {symbol["name"] for symbol in report["symbols"] if "code" in symbol["parts"]}


def main():
    module, of_json, of_csv, of_text, *options = sys.argv[1:]
    options = dict(option[2:].split("=", 1) for option in options)
    data = open(module, "rb").read()
    report = json.load(open(of_json, encoding="utf-8"))
    problems = []

    def same(what, got, wanted):
        if got != wanted:
            problems.append(f"{what}: {got} instead of {wanted}")

    size = os.path.getsize(module)
    parts = collections.Counter()
    packages = collections.Counter()
    for symbol in report["symbols"]:
        same(f"parts of {symbol['name']}", sum(symbol["parts"].values()), symbol["size"])
        parts.update(symbol["parts"])
        packages[symbol["package"]] += symbol["size"]
    same("size", report["size"], size)
    same("symbols", sum(parts.values()), size)
    same("kinds", {kind["name"]: kind["size"] for kind in report["kinds"] if kind["size"]}, dict(parts))
    same("packages", {package["path"]: package["size"] for package in report["packages"]}, dict(packages))
    same("modules", sum(entry["size"] for entry in report["modules"]), size)
    with open(of_csv, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    same("csv", sum(int(row["bytes"]) for row in rows), size)
    same("csv by kind", {kind: sum(int(row["bytes"]) for row in rows if row["kind"] == kind) for kind in parts},
         dict(parts))
    text = open(of_text, encoding="utf-8").read()
    same("text", text.splitlines()[0].split(": ")[-1].split(" ")[0], str(size))

    measured = measure(data)
    areas = {kind["name"]: kind["area"] for kind in report["kinds"]}
    contents = sum(n for kind, n in parts.items() if areas[kind] in ("data", "types", "tables"))
    same("contents of segments", contents, measured.pop("contents"))
    for kind, wanted in measured.items():
        same(kind, parts[kind], wanted)
    same("magic", parts["header"], 8)
    for entry in report["symbols"]:
        if entry.get("retained", entry["size"]) < entry["size"] and entry["package"] != "<linker>":
            problems.append(f"{entry['name']} keeps less than itself")
    if "export" in options:
        found = [entry for entry in report["symbols"] if entry["parts"].get("export") and options["export"] in entry["name"]]
        same("export", len(found), 1)
    if "like" in options:
        link = json.load(open(options["like"], encoding="utf-8"))
        other = collections.Counter()
        for entry in link["symbols"]:
            other.update(entry["parts"])
        for kind in ("code", "name", "functab", "pcheader", "filetab", "cutab", "funcnametab", "pctab", "segment",
                     "declaration", "element", "export", "signature", "import", "findfunctab"):
            # Tables as a whole have zeros at their ends.
            if not 0 <= parts[kind] - other[kind] <= (7 if kind in ("filetab", "cutab") else 0):
                problems.append(f"{kind} of the module alone: {parts[kind]}, of the link {other[kind]}")
        for kind in ("funcdata", "type", "itab"):
            if not 0.3 * other[kind] <= parts[kind] <= 1.2 * other[kind]:
                problems.append(f"{kind} of the module alone: {parts[kind]}, of the link {other[kind]}")
        if len(code_of(link) & code_of(report)) < 0.9 * len(code_of(link)):
            problems.append("the module alone has other functions")
        code = {entry["name"]: entry["parts"]["code"] for entry in report["symbols"] if "code" in entry["parts"]}
        for entry in link["symbols"]:
            if "code" in entry["parts"] and code.get(entry["name"], entry["parts"]["code"]) != entry["parts"]["code"]:
                problems.append(f"code of {entry['name']} differs")
                break
    else:
        same("source", report["source"], "link")
    for problem in problems:
        print("FAIL:", problem, file=sys.stderr)
    if not problems:
        print(f"rows add up: {len(report['symbols'])} to {size} bytes")
    sys.exit(1 if problems else 0)


main()

#!/usr/bin/env python3
"""Runs `wald check` over real programs, where every finding must be one that is known to be true.

usage: real_programs.py [--wald FILE] [--versions 1.24.13,1.27.4] [--programs NAMES] [--table FILE]

The programs are those of test/compare/sweep (testdata/programs, the toolchain's own, generated ones
of unusual size), the whole standard library, and the packages and examples of github.com/extism/go-pdk
and github.com/stealthrocket/net; all as commands and reactors for wasip1 and for js. Programs that do
not compile are listed with the go command's reason. Rules that say for which mode a program is not
made are off. --table writes what was found as Markdown.

What is missing is downloaded and compiled, into the cache of test/compare/sweep: an hour or so the
first time.
"""
import argparse
import json
import os
import subprocess
import sys
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "compare"))
import large_programs  # noqa: E402

PROGRAMS = os.path.join(ROOT, "testdata", "programs")
CACHE = os.path.abspath(os.environ.get("WALD_CACHE") or os.path.join(ROOT, ".cache"))
MODES = [("wasip1", "exe"), ("wasip1", "c-shared"), ("js", "exe")]
# Programs are checked in modes that they are not made for.
MODE_RULES = ["--allow=export-in-command", "--allow=main-in-reactor",
              "--allow=reactor-without-exports"]

# Name: folder below testdata/programs, then flags and packages for wald check.
CHECKED = {
    "adder": ("adder", "./..."),
    "big": ("big", "./..."),
    "hello": ("hello", "./..."),
    "lifecycle": ("lifecycle", "./..."),
    "reactor": ("reactor", "./..."),
    "small": ("small", "./..."),
    "esbuild": ("esbuild", "github.com/evanw/esbuild/cmd/esbuild"),
    "shfmt": ("shfmt", "mvdan.cc/sh/v3/cmd/shfmt"),
    "extism": ("extism", "."),
    "go-pdk": ("extism", "github.com/extism/go-pdk/..."),
    "go-pdk, -tags=std": ("extism", "-tags=std", "github.com/extism/go-pdk/..."),
    "wasinet": ("wasinet", "."),
    "stealthrocket/net": ("wasinet", "github.com/stealthrocket/net/..."),
    "stealthrocket/net, getaddrinfo": ("wasinet", "-tags=getaddrinfo",
                                       "github.com/stealthrocket/net/..."),
    "std": (".", "std"),
    "cmd": (".", "cmd/..."),
}
LARGE = ("functions-60000", "methods-60000", "embed", "inits")

# Programs by how their names begin, with the rules that find something and why that is true.
ANY = ("wasip1", "js")
KNOWN = [
    (("wasinet", "stealthrocket/net"), ("wasip1",), "wasi-extension",
     "wasip1/syscall_wasmedge_wasip1.go imports WasmEdge's socket functions"),
    (("go-pdk, -tags=std",), ANY, "misspelt-directive",
     "example/countvowels/std_main.go, which is for Go, has //export of TinyGo: Go drops them"),
]


def environment(version, goos):
    env = dict(os.environ)
    for name in ("GOEXPERIMENT", "GOWASM", "GOROOT", "GOARCH"):
        env.pop(name, None)
    return env | {"GOTOOLCHAIN": "go" + version, "GOOS": goos, "GOFLAGS": "-buildvcs=false",
                  "GOWORK": "off", "CGO_ENABLED": "0", "GOCACHE": os.path.join(CACHE, "go-build")}


class Row:
    """What one call of wald check said."""

    def __init__(self, name, version, goos, buildmode):
        self.name, self.version, self.mode = name, version, f"{goos} {buildmode}"
        self.goos = goos
        self.programs = self.directives = self.untyped = 0
        self.findings, self.strange, self.reason = Counter(), [], ""

    def check(self, wald, words, where, env, may_fail):
        def call(*more):
            done = subprocess.run([wald, "check", "--format=json", *MODE_RULES, *more, *words],
                                  cwd=where, env=env, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1, 2):
                self.strange.append(f"exit status {done.returncode}: {done.stderr}")
            return done

        printed = call("--print")
        for interface in json.loads(printed.stdout) if printed.stdout else []:
            self.programs += 1
            for directive in interface["imports"] + interface["exports"]:
                self.directives += 1
                # The compiler checks no types in gojs, and wald knows none there.
                if "no_go_types" in directive and directive.get("module") != "gojs":
                    self.untyped += 1
                    self.strange.append(f"Go types are not known: {json.dumps(directive)}")
        done = call()
        if done.returncode == 2:
            self.reason = "; ".join(done.stderr.split("\n")[:2])[:200]
            if not may_fail:
                self.strange.append(done.stderr)
        for finding in json.loads(done.stdout)["findings"] if done.stdout else []:
            self.findings[finding["rule"]] += 1
            if not self.why(finding["rule"]):
                self.strange.append(json.dumps(finding))

    def why(self, rule):
        for names, goos, known, reason in KNOWN:
            if self.name.startswith(names) and self.goos in goos and known == rule:
                return reason
        return ""

    def table_row(self):
        found = "; ".join(f"{count} {rule}: {self.why(rule) or 'NOT EXPLAINED'}"
                          for rule, count in sorted(self.findings.items()))
        return (f"| {self.name} | {self.version} | {self.mode} | {self.programs} | "
                f"{self.directives} | {self.untyped} | {found or 'none'} | {self.reason} |")


def check_large(args, version, name, rows):
    """Generated programs, compiled package by package; by import configuration."""
    program = large_programs.make(large_programs.Toolchain(version), os.path.join(CACHE, "scale"),
                                  name)
    row = Row(name, version, "wasip1", "exe")
    row.check(args.wald, ["--importcfg=" + program.importcfg, program.file("main") + ".a"],
              "/", environment(version, "wasip1"), may_fail=False)
    rows.append(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--wald", default=os.path.join(ROOT, "build", "wald"))
    parser.add_argument("--versions", default="1.24.13,1.27.4")
    parser.add_argument("--programs", help="only these, separated by semicolons, of " +
                        "; ".join([*CHECKED, *LARGE]))
    parser.add_argument("--table", metavar="FILE")
    args = parser.parse_args()
    args.wald = os.path.abspath(args.wald)
    chosen = args.programs.split(";") if args.programs else [*CHECKED, *LARGE]
    rows, failures = [], 0
    for version in args.versions.split(","):
        for name in chosen:
            first = len(rows)
            if name in LARGE:
                check_large(args, version, name, rows)
            else:
                folder, *words = CHECKED[name]
                for goos, buildmode in MODES:
                    row = Row(name, version, goos, buildmode)
                    row.check(args.wald, ["-buildmode=" + buildmode, *words],
                              os.path.join(PROGRAMS, folder), environment(version, goos),
                              may_fail=True)
                    rows.append(row)
            for row in rows[first:]:
                print(row.table_row(), flush=True)
                for line in row.strange:
                    print(f"FAIL: {line}", flush=True)
                    failures += 1
    if args.table:
        with open(args.table, "w", encoding="utf-8") as out:
            out.write("| program | Go | mode | programs and libraries | directives | without Go types "
                      "| findings | not checked |\n|---|---|---|---:|---:|---:|---|---|\n")
            out.writelines(row.table_row() + "\n" for row in rows)
    print(f"real programs: {sum(row.programs for row in rows)} programs and libraries, "
          f"{sum(row.directives for row in rows)} directives, "
          f"{sum(sum(row.findings.values()) for row in rows)} findings, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

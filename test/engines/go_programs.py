#!/usr/bin/env python3
"""Go's own test programs, linked by the reference and restructured by wald: the same output.

usage: go_programs.py [FOLDERS...]    needs the engines that setup.sh's need_engines names

The programs are those of GOROOT/test that begin with "// run", alone or with flags for the compiler.
Each is built by the go command with Go's own linker, and again by `wald build --optimize`. Both run in
each engine, and must write the same and end with the same exit status. Where they do not, both run
twice more: what the reference's module does not do the same each time is listed as "varies", and what
takes too long as "proves nothing"; neither counts as a pass.

FOLDERS are those below GOROOT/test, "." for the programs in itself; all by default.
"""

import argparse
import collections
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

from go_engines import ENGINES, ROOT, engine_command, go_environment, run_in_turn

Program = collections.namedtuple("Program", "name path flags")
Outcome = collections.namedtuple("Outcome", "status output")


def action(path):
    """The words of the line that says what Go's own test runner does with a file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip() and not line.startswith("//go:build"):
                return line[2:].split() if line.startswith("// ") else []
    return []


def find_programs(top, folders):
    """Programs to run, and how many want something else than flags for the compiler."""
    programs, others = [], 0
    for folder, _, names in sorted(os.walk(top)):
        relative = os.path.relpath(folder, top)
        if folders and relative.split(os.sep)[0] not in folders:
            continue
        for name in sorted(names):
            path = os.path.join(folder, name)
            words = action(path) if name.endswith(".go") else []
            if words[:1] != ["run"]:
                continue
            if all(word.startswith("-gcflags=") for word in words[1:]):
                programs.append(Program(os.path.normpath(os.path.join(relative, name)), path,
                                        tuple(words[1:])))
            else:
                others += 1
    return programs, others


class Builder:
    """All programs with the same flags, as packages of one module."""

    def __init__(self, options, folder, goos):
        self.options, self.folder = options, folder
        self.env = go_environment(options.version, goos)
        self.source = os.path.join(folder, "source")

    def build(self, programs, flags):
        """Returns the folders of the modules made: reference, optimized."""
        os.makedirs(self.source)
        with open(os.path.join(self.source, "go.mod"), "w", encoding="utf-8") as file:
            file.write(f"module test\n\ngo {self.options.version}\n")
        for number, program in enumerate(programs):
            package = os.path.join(self.source, f"p{number}")
            os.mkdir(package)
            shutil.copy(program.path, os.path.join(package, "main.go"))
        listed = self.call("go", "list", "-e", "-f", "{{if not .Incomplete}}{{.ImportPath}}{{end}}",
                           "./...").stdout.split()
        folders = []
        for kind, tool in (("reference", ["go", "build"]),
                           ("optimized", [self.options.wald, "build", self.options.optimize])):
            out = os.path.join(self.folder, kind)
            os.mkdir(out)
            # What does not compile is no obstacle for the others.
            if listed:
                self.call(*tool, *flags, "-o", out + "/", *listed)
            folders.append(out)
        return folders

    def call(self, *words):
        return subprocess.run(words, env=self.env, cwd=self.source, text=True, capture_output=True,
                              check=False)


def execute(options, engine, module, where, env, goroot):
    try:
        done = subprocess.run(engine_command(engine, module, goroot), env=env | {"PWD": where}, cwd=where,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return Outcome("time is up", b"")
    return Outcome(done.returncode, done.stdout.replace(os.fsencode(module), b"MODULE"))


def compare(options, engine, reference, optimized, where, env, goroot):
    """What came of it, and details."""
    def run(module):
        return execute(options, engine, module, where, env, goroot)

    state, expected, actual = run_in_turn(lambda: run(reference), lambda: run(optimized))
    if expected[0].status == "time is up":
        return "proves nothing", "time is up"
    if state != "DIFFERS":
        return state, ""
    return state, f"status {expected[0].status}, now {actual[0].status}\n" + first_difference(
        expected[0].output, actual[0].output)


def first_difference(expected, actual):
    old, new = expected.decode(errors="replace").splitlines(), actual.decode(errors="replace").splitlines()
    for number in range(max(len(old), len(new))):
        one, other = old[number:number + 1], new[number:number + 1]
        if one != other:
            return f"  line {number + 1}: {one} now {other}"
    return "  the same lines"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDERS")
    parser.add_argument("--wald", default=os.path.join(ROOT, "build", "wald"))
    parser.add_argument("--optimize", default="--optimize", metavar="OPTION")
    parser.add_argument("--version", default="1.26.8")
    parser.add_argument("--goos", default="wasip1,js")
    parser.add_argument("--engines", default="wazero,node")
    parser.add_argument("--timeout", type=int, default=120, help="seconds a run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.wald = os.path.abspath(options.wald)

    env = go_environment(options.version, "js")
    goroot = subprocess.run(["go", "env", "GOROOT"], env=env, cwd="/", text=True, capture_output=True,
                            check=True).stdout.strip()
    top = os.path.join(goroot, "test")
    programs, others = find_programs(top, options.folders)
    print(f"{len(programs)} programs, {others} that want other flags are left out")
    totals = collections.Counter()
    batches = collections.defaultdict(list)
    for program in programs:
        batches[program.flags].append(program)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for goos in options.goos.split(","):
            engines = [e for e in ENGINES[goos] if e in options.engines.split(",")]
            for flags, batch in batches.items():
                for start in range(0, len(batch), 100):
                    run_batch(options, pool, goos, engines, flags, batch[start:start + 100], goroot, totals)
    print("go programs: " + ", ".join(f"{n} {state}" for state, n in sorted(totals.items())))
    return 1 if totals["DIFFERS"] or not totals["same"] else 0


def run_batch(options, pool, goos, engines, flags, batch, goroot, totals):
    env = go_environment(options.version, goos)
    with tempfile.TemporaryDirectory(prefix="wald-programs.") as folder:
        reference, optimized = Builder(options, folder, goos).build(batch, flags)
        futures = {}
        for number, program in enumerate(batch):
            old, new = (os.path.join(kind, f"p{number}") for kind in (reference, optimized))
            if not os.path.exists(old):
                totals["do not build"] += 1
                continue
            if not os.path.exists(new):
                totals["DIFFERS"] += 1
                print(f"{goos} {program.name}: DIFFERS: wald build does not make it", flush=True)
                continue
            where = os.path.dirname(program.path)
            for engine in engines:
                future = pool.submit(compare, options, engine, old, new, where, env, goroot)
                futures[future] = f"{goos} {program.name} {engine}"
        for future in concurrent.futures.as_completed(futures):
            state, details = future.result()
            totals[state] += 1
            if state != "same":
                print(f"{futures[future]}: {state}: {details}", flush=True)
        print(f"  {goos} {' '.join(flags)}: {sum(totals.values())} done", flush=True)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Go's own tests, linked by the reference and restructured by wald: the same lists of results.

usage: optimized_tests.py [PACKAGES...]    needs the engines that setup.sh's need_engines names

Each package's test binary is built by the go command with Go's own linker, and again by `wald test -c
--optimize`. (With --module it is restructured by `wald optimize`, without objects. With --recorded
DIR the packages are the test binaries that test/compare/sweep recorded there, and wald links both: that
its output without options is the reference's byte for byte is what the sweep shows.) Both run in each
engine with -test.v -test.short, and must end with the same exit status and the same PASS, FAIL and
SKIP lines. Where they do not, both run twice more: what the reference's module does not do the same
each time is listed as "varies", and what ends without results, or in a trap, as "proves nothing" (the
stack of an engine may be too small for a test with the reference's code, which needs more of it);
neither counts as a pass.

With --remember FILE, two modules that behaved the same in an engine are not run there again as long as
both have the same bytes; their rows end in "(remembered)".

Packages default to a dozen; "std" means all of the standard library that have tests.
"""

import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from go_engines import ENGINES, ROOT, engine_command, engine_trapped, go_environment, run_in_turn

PACKAGES = ["strings", "sort", "strconv", "encoding/json", "reflect", "regexp", "runtime", "sync", "time",
            "go/types", "math/big", "compress/flate", "compress/gzip", "crypto/sha256", "crypto/aes",
            "crypto/ecdsa"]
RESULT = re.compile(r"^\s*--- (PASS|FAIL|SKIP): (\S+)", re.M)

Outcome = collections.namedtuple("Outcome", "status results tail")


def go(version, goos, *words):
    return subprocess.run(["go", *words], env=go_environment(version, goos), cwd="/", text=True,
                          capture_output=True, check=True).stdout


class Memory:
    """What was the same, a line each in a file: engine, digests of both modules, the results."""

    def __init__(self, path):
        self.path, self.texts, self.lock = path, {}, threading.Lock()
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    *key, text = line.rstrip("\n").split("\t")
                    self.texts[tuple(key)] = text

    @staticmethod
    def key(engine, *modules):
        digests = []
        for module in modules:
            with open(module, "rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        return engine, *digests

    def of(self, *key):
        return self.texts.get(self.key(*key)) if self.path else None

    def add(self, *key_and_text):
        if not self.path:
            return
        *key, text = key_and_text
        with self.lock, open(self.path, "a", encoding="utf-8") as file:
            file.write("\t".join([*self.key(*key), text]) + "\n")


@functools.cache
def goroot(version):
    return go(version, "js", "env", "GOROOT").strip()


class Job:
    """One package's tests, for one version and system, in some engines."""

    def __init__(self, options, version, goos, package, engines, recording=None):
        self.options, self.version, self.goos = options, version, goos
        self.recording, self.memory = recording, options.memory
        self.package, self.engines = package, engines
        self.rows = []

    def run(self):
        with tempfile.TemporaryDirectory(prefix="wald-tests.") as folder:
            try:
                self.build(folder)
            except subprocess.CalledProcessError as error:
                reason = (error.stderr or "").strip().splitlines() or ["no reason given"]
                self.rows.append(("-", "does not build", reason[-1]))
                return self
            for engine in self.engines:
                self.compare(folder, engine)
        return self

    def build(self, folder):
        env = go_environment(self.version, self.goos)
        self.reference = os.path.join(folder, "reference.wasm")
        self.optimized = os.path.join(folder, "optimized.wasm")
        if self.recording:
            for module, words in ((self.reference, []), (self.optimized, [self.options.optimize])):
                linker = " ".join([self.options.wald, "link", *words])
                subprocess.run([os.path.join(self.recording, "run-with"), linker, module], text=True,
                               capture_output=True, check=True)
            self.goroot = goroot(self.version)
            self.folder = os.path.join(self.goroot, "src", self.package)
            return
        run = dict(env=env, cwd="/", text=True, capture_output=True, check=True)
        self.folder = go(self.version, self.goos, "list", "-f", "{{.Dir}}", self.package).strip()
        self.goroot = goroot(self.version)
        command = ["test", "-c", "-vet=off", "-o"]
        subprocess.run(["go", *command, self.reference, self.package], **run)
        if not os.path.exists(self.reference):
            raise subprocess.CalledProcessError(1, "go test", stderr="no test files")
        if self.options.module:
            subprocess.run([self.options.wald, "optimize", self.reference, "-o", self.optimized], **run)
        else:
            subprocess.run([self.options.wald, command[0], self.options.optimize, *command[1:], self.optimized,
                            self.package], **run)

    def execute(self, module, engine):
        env = go_environment(self.version, self.goos) | {"PWD": self.folder}
        command = engine_command(engine, module, self.goroot)
        command += ["-test.v", "-test.short", f"-test.timeout={self.options.timeout}s"]
        try:
            done = subprocess.run(command, env=env, cwd=self.folder, text=True, errors="replace",
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=self.options.timeout + 60)
        except subprocess.TimeoutExpired:
            return Outcome("time is up", (), "")
        results = sorted(RESULT.findall(done.stdout))
        tail = "\n".join(done.stdout.splitlines()[-5:])
        if engine_trapped(done.returncode, tail):
            return Outcome("trap", tuple(results), tail)
        return Outcome(done.returncode, tuple(results), tail)

    def compare(self, folder, engine):
        text = self.memory.of(engine, self.reference, self.optimized)
        if text is not None:
            self.rows.append((engine, "same", text + " (remembered)"))
            return
        state, expected, actual = run_in_turn(lambda: self.execute(self.reference, engine),
                                              lambda: self.execute(self.optimized, engine),
                                              key=lambda outcome: outcome[:2])
        counts = collections.Counter(state for state, _ in expected[0].results)
        text = f"status {expected[0].status}, " + ", ".join(
            f"{counts[state]} {state}" for state in ("PASS", "FAIL", "SKIP"))
        if not isinstance(expected[0].status, int) or expected[0].status < 0 or not counts:
            self.rows.append((engine, "proves nothing", f"{text}\n{expected[0].tail}"))
        elif state != "DIFFERS":
            self.rows.append((engine, state, text))
            if state == "same":
                self.memory.add(engine, self.reference, self.optimized, text)
        else:
            missing = sorted(set(expected[0].results) ^ set(actual[0].results))[:5]
            self.rows.append((engine, "DIFFERS", f"{text}; now status {actual[0].status}, {missing}\n"
                              f"{actual[0].tail}"))
            if self.options.keep:
                name = f"{self.version}-{self.goos}-{self.package.replace('/', '_')}"
                os.makedirs(self.options.keep, exist_ok=True)
                shutil.copy(self.reference, os.path.join(self.options.keep, name + ".reference.wasm"))
                shutil.copy(self.optimized, os.path.join(self.options.keep, name + ".optimized.wasm"))


def packages_with_tests(version, goos):
    text = go(version, goos, "list", "-f",
              "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "std")
    return [p for p in text.split() if "/vendor/" not in p]


def recorded_jobs(options):
    """Those of --recorded with the versions, systems and packages that were asked for; all packages
    by default."""
    versions, systems, engines = (set(words.split(",")) for words in (
        options.versions, options.goos, options.engines))
    everything = options.packages in (["std"], PACKAGES)
    for folder, _, files in sorted(os.walk(options.recorded)):
        if "recording.json" not in files:
            continue
        with open(os.path.join(folder, "recording.json"), encoding="utf-8") as file:
            link = json.load(file)
        version, goos = link["version"].removeprefix("go"), link["goos"]
        package = link["program"].removesuffix(".test")
        chosen = [engine for engine in ENGINES[goos] if engine in engines]
        if (chosen and version in versions and goos in systems and link["program"].endswith(".test")
                and (everything or package in options.packages)):
            yield Job(options, version, goos, package, chosen, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", default=PACKAGES, metavar="PACKAGES")
    parser.add_argument("--wald", default=os.path.join(ROOT, "build", "wald"))
    parser.add_argument("--optimize", default="--optimize", metavar="OPTION")
    parser.add_argument("--versions", default="1.26.8")
    parser.add_argument("--goos", default="wasip1,js")
    parser.add_argument("--engines", default="wazero,wasmtime,node")
    parser.add_argument("--module", action="store_true", help="wald optimize, without objects")
    parser.add_argument("--recorded", metavar="DIR", help="recorded links instead of the go command")
    parser.add_argument("--remember", metavar="FILE", help="what was the same, from run to run")
    parser.add_argument("--timeout", type=int, default=600, help="seconds a run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", metavar="DIR", help="modules that differ go here")
    options = parser.parse_args()
    options.wald = os.path.abspath(options.wald)
    options.memory = Memory(options.remember)

    jobs = list(recorded_jobs(options)) if options.recorded else []
    for version in [] if options.recorded else options.versions.split(","):
        for goos in options.goos.split(","):
            engines = [e for e in ENGINES[goos] if e in options.engines.split(",")]
            packages = options.packages
            if packages == ["std"]:
                packages = packages_with_tests(version, goos)
            jobs += [Job(options, version, goos, package, engines) for package in packages if engines]
    totals = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in concurrent.futures.as_completed([pool.submit(job.run) for job in jobs]):
            job = future.result()
            for engine, state, text in job.rows:
                totals[state] += 1
                print(f"{job.version} {job.goos} {job.package} {engine}: {state}: {text}", flush=True)
    print("optimized tests: " + ", ".join(f"{n} {state}" for state, n in sorted(totals.items())))
    return 1 if totals["DIFFERS"] or not totals["same"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""`go build` after a change of main.go, with and without wald: what an edit costs."""

import os
import shutil
import subprocess
import time

import timing
from timing import median, ratio

TESTDATA = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "testdata", "programs")
VERSIONS = ["1.27.4"]
PROGRAMS = ["hello", "big"]
ROUNDS = 9


def environment(options, version):
    """Of a build by this Go version's own command, which need not switch toolchains."""
    env = timing.clean_environment()
    goroot = subprocess.run(["go", "env", "GOROOT"], env=env | {"GOTOOLCHAIN": "go" + version},
                            cwd="/", check=True, capture_output=True, text=True).stdout.strip()
    return env | {"GOTOOLCHAIN": "local", "GOROOT": goroot, "GOOS": "wasip1", "GOARCH": "wasm",
                  "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off",
                  "GOCACHE": os.path.join(options.folder, "go-build")}


class Build:
    def __init__(self, launcher, program, env, options):
        self.launcher, self.env = launcher, env
        self.folder = launcher.file(program)
        shutil.copytree(os.path.join(TESTDATA, program), self.folder)
        self.main = os.path.join(self.folder, "main.go")
        with open(self.main, encoding="utf-8") as file:
            self.source = file.read()
        if '"dev"' not in self.source:
            raise timing.Failed(f"{self.main} has no string \"dev\" to change")
        self.go = [os.path.join(env["GOROOT"], "bin", "go"), "build", "-C", self.folder]
        self.flags = {"reference": [], "wald": [f"-toolexec={options.wald} toolexec"]}
        self.expected = None

    def run(self, name, number):
        # Of the counted builds none finds its main package in the cache, nor do those of another
        # run of the bench. The first builds of all are of one source, to compare the modules.
        text = str(time.time_ns()) if number > 0 else "the same"
        with open(self.main, "w", encoding="utf-8") as file:
            file.write(self.source.replace('"dev"', f'"{text}"'))
        out = self.launcher.file("out.wasm")
        sample = self.launcher.run([*self.go, *self.flags[name], "-o", out], self.env)
        if number == 0:
            digest = timing.sha256_of(out)
            self.expected = self.expected or digest
            if digest != self.expected:
                raise timing.Failed("with wald the module is not the same")
        os.unlink(out)
        return sample


def run(options):
    versions = options.versions or VERSIONS
    rounds = options.rounds or ROUNDS
    programs = [p for p in PROGRAMS if p in (options.programs or PROGRAMS)]
    rows, passed = [], True
    for version in versions:
        env = environment(options, version)
        for program in programs:
            try:
                with timing.Launcher() as launcher:
                    build = Build(launcher, program, env, options)
                    # The round that is not counted fills the cache, for both.
                    samples = timing.alternate(build.flags, rounds, build.run)
            except timing.Failed as error:
                print(f"FAILED: go build of {program}, Go {version}: {error}")
                passed = False
                continue
            cells = [f"{median(s, 'wall_ms'):.0f} ({min(timing.column(s, 'wall_ms')):.0f})"
                     for s in samples.values()]
            rows.append([f"{program}, Go {version}", *cells, f"{ratio(samples, 'wall_ms'):.2f}×"])
    print(f"\n`go build` after a change of main.go, median (minimum) of {rounds} alternating "
          f"rounds,\n{timing.describe_machine(options.wald, versions)}:\n")
    print(timing.table(["program", "go build ms", "with wald ms", "faster"], rows))
    return passed

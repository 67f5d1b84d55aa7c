"""The modules of `code`: by the reference, by wald with --optimize=code, by wasm-opt; their cost."""

import os
import re
import shutil
import statistics
import subprocess

import timing
from module_section import read_section
from packed_sizes import packed_sizes
from timing import run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(ROOT, "testdata", "programs", "codebench")
RECORD = os.path.join(ROOT, "test", "compare", "record")
# Directories of the programs' main packages.
PROGRAMS = {"codebench": ".", "esbuild": "./esbuild"}
REFERENCE, OPTIMIZED, NATIVE = "reference", "optimized", "native"
# Instructions that Go uses beyond the first version of WebAssembly; -g keeps the names, as wald
# does.
WASM_OPT = ["-g", "--enable-bulk-memory", "--enable-sign-ext", "--enable-nontrapping-float-to-int",
            "--enable-mutable-globals"]
WASM_OPT_LEVELS = {"wasm-opt -O2": "-O2", "wasm-opt -Oz": "-Oz"}
# Native Go with the code that wasm has: Go's, not assembly for the processor's own instructions.
NATIVE_TAGS = "purego,math_big_pure_go"


def record(folder, main, reference, options, source=SOURCE, flags=()):
    """`go build` of a package for wasip1; what its link needs is recorded in the folder.

    Returns the environment of the go command.
    """
    env = timing.clean_environment() | {
        "GOTOOLCHAIN": "go" + options.version, "GOFLAGS": "-buildvcs=false", "GOWORK": "off",
        "CGO_ENABLED": "0", "GOCACHE": os.path.join(options.cache, "go-build")}
    wasm = env | {"GOOS": "wasip1", "GOARCH": "wasm", "WALD_RECORD_DIR": folder,
                  "WALD_RECORD_STORE": os.path.join(options.cache, "store")}
    # The link step runs in any case, so that it is recorded.
    if os.path.exists(reference):
        os.unlink(reference)
    run(["go", "build", *flags, f"-toolexec={RECORD}", "-o", reference, main], cwd=source, env=wasm)
    return env


def run_wasm_opt(program, level, source, out):
    """Takes a minute or more, so the result is kept; CPU seconds, if it was not there."""
    if os.path.exists(out):
        return None
    print(f"bench: {os.path.basename(program)} {level} of {os.path.basename(source)}", flush=True)
    before = os.times()
    run([program, *WASM_OPT, level, source, "-o", out + ".new"])
    after = os.times()
    os.rename(out + ".new", out)
    return after.children_user + after.children_system - before.children_user - \
        before.children_system


class Modules:
    """One program's modules: paths by name. What a link needs is recorded beside the reference."""

    def __init__(self, options, program):
        self.options, self.program = options, program
        name = program + "-quick" * options.quick
        self.folder = os.path.join(options.folder, "code", options.version, name)
        self.recording = os.path.join(self.folder, "link")
        self.paths = {}
        self.build()

    def path(self, name):
        return os.path.join(self.folder, name)

    def build(self):
        os.makedirs(self.folder, exist_ok=True)
        directory = PROGRAMS[self.program]
        tags = ["quick"] if self.options.quick else []
        reference = self.path("reference.wasm")
        env = record(self.recording, directory, reference, self.options,
                     flags=["-tags", ",".join(tags)])
        run(["go", "build", "-tags", ",".join([NATIVE_TAGS, *tags]), "-o", self.path("native"),
             directory], cwd=SOURCE, env=env)
        self.paths[REFERENCE] = reference
        self.paths[OPTIMIZED] = self.path("optimized.wasm")
        self.link_optimized()
        if self.options.wasm_opt:
            for name, level in WASM_OPT_LEVELS.items():
                self.paths[name] = self.run_wasm_opt(level)

    def links_optimized(self):
        """Whether this wald's links have the option."""
        return "--optimize" in run([self.options.wald, "help", "link"])

    def link_command(self, out, *flags):
        return [os.path.join(self.recording, "run-with"), f"{self.options.wald} link", out, *flags]

    def optimize_command(self, out):
        if self.links_optimized():
            return self.link_command(out, "--optimize=code")
        return [self.options.wald, "optimize", self.paths[REFERENCE], "-o", out]

    def link_optimized(self):
        run(self.optimize_command(self.paths[OPTIMIZED]))

    def run_wasm_opt(self, level):
        """The result is kept by the reference's hash."""
        digest = timing.sha256_of(self.paths[REFERENCE])[:16]
        out = self.path(f"wasm-opt{level}-{digest}.wasm")
        run_wasm_opt(self.options.wasm_opt, level, self.paths[REFERENCE], out)
        return out

    def sizes(self):
        """Bytes by module's name: of the code section, of the file, and compressed."""
        quality = 5 if self.options.quick else 11
        packed = packed_sizes(self.paths.values(), quality, self.path(f"sizes-{quality}.json"))
        return {name: packed[path] | {"code": code_section_size(path)}
                for name, path in self.paths.items()}

    def cost(self, rounds):
        """CPU ms of wald's link without and with the pass, or of `wald optimize` alone."""
        by_link = self.links_optimized()
        with timing.Launcher() as launcher:
            out = launcher.file("out.wasm")
            commands = {"link": self.link_command(out), "optimized": self.optimize_command(out)}
            samples = timing.alternate(commands, rounds, lambda name, _: launcher.run(
                [shutil.which(commands[name][0]), *commands[name][1:]], dict(os.environ)))
        times = {name: min(timing.column(s, "cpu_ms")) for name, s in samples.items()}
        walls = {name: min(timing.column(s, "wall_ms")) for name, s in samples.items()}
        peaks = {name: statistics.median(timing.column(s, "peak_mib"))
                 for name, s in samples.items()}
        return {"by_link": by_link, "stats_ms": self.statistics(rounds) if by_link else None,
                "cpu_ms": times, "wall_ms": walls, "peak_mib": peaks,
                "code_mb": code_section_size(self.paths[REFERENCE]) / 1e6}


    def statistics(self, rounds):
        """CPU ms of the pass and of the check of its output on one thread, as --stats tells: the least."""
        found = {}
        for _ in range(rounds):
            # Statistics go to either output.
            done = subprocess.run(
                [*self.optimize_command(self.path("stats.wasm")), "--stats", "--threads=1"],
                capture_output=True, text=True, check=True)
            text = done.stdout + done.stderr
            for name, pattern in (("pass", r"rebuilding took ([0-9.]+) ms of CPU"),
                                  ("check", r"^validate_module +[0-9.]+ +([0-9.]+)")):
                match = re.search(pattern, text, re.M)
                if match:
                    found[name] = min(found.get(name, float("inf")), float(match[1]))
        if "pass" not in found:
            raise timing.Failed("--stats does not tell what the pass took")
        return found


def code_section_size(path):
    section = read_section(path, 10)
    if section is None:
        raise timing.Failed(f"{path} has no code")
    return len(section)


def wasm_opt_version(program):
    return re.sub(r"^wasm-opt version ", "binaryen ", run([program, "--version"]).strip())

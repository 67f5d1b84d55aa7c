"""The modules of `code`: by the reference, by wald with --optimize=code, by wasm-opt; their cost."""

import json
import os
import re
import shutil
import statistics
import subprocess

import timing
from module_section import read_section

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

SIZES = """
const { readFileSync } = require("node:fs");
const { gzipSync, brotliCompress, constants } = require("node:zlib");
const quality = Number(process.argv[1]);
for (const path of process.argv.slice(2)) {
  const bytes = readFileSync(path);
  const gzip = gzipSync(bytes, { level: Math.min(quality, 9) }).length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  brotliCompress(bytes, { params }, (error, packed) => {
    if (error) throw error;
    console.log(JSON.stringify([path, bytes.length, gzip, packed.length]));
  });
}
"""


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise timing.Failed(f"{' '.join(command)}: exit status {done.returncode}\n"
                            f"{(done.stderr or done.stdout)[:2000]}")
    return done.stdout


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
        env = timing.clean_environment() | {
            "GOTOOLCHAIN": "go" + self.options.version, "GOFLAGS": "-buildvcs=false",
            "GOWORK": "off", "CGO_ENABLED": "0",
            "GOCACHE": os.path.join(self.options.cache, "go-build")}
        directory = PROGRAMS[self.program]
        tags = ["quick"] if self.options.quick else []
        run(["go", "build", "-tags", ",".join([NATIVE_TAGS, *tags]), "-o", self.path("native"),
             directory], cwd=SOURCE, env=env)
        wasm = env | {"GOOS": "wasip1", "GOARCH": "wasm", "WALD_RECORD_DIR": self.recording,
                      "WALD_RECORD_STORE": os.path.join(self.options.cache, "store")}
        reference = self.path("reference.wasm")
        # The link step runs in any case, so that it is recorded.
        if os.path.exists(reference):
            os.unlink(reference)
        run(["go", "build", "-tags", ",".join(tags), f"-toolexec={RECORD}", "-o", reference,
             directory], cwd=SOURCE, env=wasm)
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
        """Takes a minute or more, so the result is kept, by the reference's hash."""
        digest = timing.sha256_of(self.paths[REFERENCE])[:16]
        out = self.path(f"wasm-opt{level}-{digest}.wasm")
        if not os.path.exists(out):
            print(f"bench: wasm-opt {level} of {self.program}", flush=True)
            run([self.options.wasm_opt, *WASM_OPT, level, self.paths[REFERENCE],
                 "-o", out + ".new"])
            os.rename(out + ".new", out)
        return out

    def sizes(self):
        """Bytes by module's name: of the code section, of the file, and compressed.

        Compressing takes most of a minute, so the sizes are kept, by the files' hashes.
        """
        quality = "5" if self.options.quick else "11"
        kept = self.path(f"sizes-{quality}.json")
        known = {}
        if os.path.exists(kept):
            with open(kept, encoding="utf-8") as file:
                known = json.load(file)
        digests = {path: timing.sha256_of(path) for path in self.paths.values()}
        missing = [path for path, digest in digests.items() if digest not in known]
        for line in run(["node", "-e", SIZES, quality, *missing]).splitlines():
            path, raw, gzip, brotli = json.loads(line)
            known[digests[path]] = {"code": code_section_size(path), "raw": raw, "gzip": gzip,
                                    "brotli": brotli}
        known = {digest: known[digest] for digest in digests.values()}
        with open(kept, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        return {name: known[digests[path]] for name, path in self.paths.items()}

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
        """CPU ms of the pass and of the check of its output, as --stats tells: the least."""
        found = {}
        for _ in range(rounds):
            # Statistics go to either output.
            done = subprocess.run([*self.optimize_command(self.path("stats.wasm")), "--stats"],
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

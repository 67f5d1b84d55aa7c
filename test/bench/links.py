"""Recorded links by the reference and by wald: the README's table and the figures to hold."""

import dataclasses
import json
import os
import re
import shutil
import statistics
import subprocess

import timing
from timing import column, geomean, median, ratio

COMPARE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compare")

VERSIONS = ["1.24.13", "1.27.4"]
ROUNDS = 15
# What test/compare/sweep calls the kind of module.
PROGRAMS = {
    "hello": "wasip1-exe",
    "reactor": "wasip1-c-shared",
    "big": "wasip1-exe",
    "gofmt": "wasip1-exe",
    "vet": "wasip1-exe",
    "esbuild": "js-exe",
    "sparse": "wasip1-exe",
}
# A large SDK of which next to nothing is live: it has figures of its own, and no part in the mean
# and the checks of the others.
SPARSE = "sparse"
ONE_THREAD = "wald, 1 thread"
FIELDS = [("wall_ms", "wall ms"), ("cpu_ms", "CPU ms"), ("peak_mib", "peak MiB"),
          ("faults", "minor faults")]


@dataclasses.dataclass
class Measured:
    program: str
    version: str
    samples: dict
    instructions: dict

    def title(self):
        return f"{self.program} {minor(self.version)}"


def minor(version):
    return ".".join(version.split(".")[:2])


def recording(cache, program, version, kind=None):
    """Facts of a recorded link, with the importcfg's path; recorded now if it is missing."""
    kind = kind or PROGRAMS[program]
    directory = os.path.join(cache, "links", "matrix", version, kind, program)

    def read():
        try:
            with open(os.path.join(directory, "recording.json"), encoding="utf-8") as file:
                facts = json.load(file)
        except FileNotFoundError:
            return None
        return facts if os.path.exists(facts["main"]) else None

    facts = read()
    if facts is None:
        print(f"recording {program} with Go {version}", flush=True)
        # The filter: only this link is repeated with the reference, for the sweep's table.
        done = subprocess.run(
            [os.path.join(COMPARE, "sweep"), "--record-only", "--only", "matrix", "--versions",
             version, "--programs", program, "--filter", f"{kind}/{program}"],
            check=False, capture_output=True, text=True, env=os.environ | {"WALD_CACHE": cache})
        facts = read()
        if facts is None:
            reasons = [line for line in done.stdout.splitlines() if "not buildable: " in line]
            raise timing.Failed("\n".join(["sweep could not record it", *reasons]))
    return facts | {"importcfg": os.path.join(directory, "importcfg")}


class Link:
    """One link by several linkers, which must all write the same."""

    def __init__(self, launcher, linkers, arguments, env):
        self.launcher, self.linkers, self.arguments, self.env = launcher, linkers, arguments, env
        self.expected = None

    def start(self, name, wrapper=(), env=None):
        """Links to out.wasm; returns what it took and the file."""
        out = self.launcher.file("out.wasm")
        sample = self.launcher.run([*wrapper, *self.linkers[name], "-o", out, *self.arguments],
                                   self.env | (env or {}))
        return sample, out

    def run(self, name, number):
        sample, out = self.start(name)
        # Outputs are read in the round that is not counted.
        if number == 0:
            digest = timing.sha256_of(out)
            self.expected = self.expected or digest
            if digest != self.expected:
                raise timing.Failed(f"{name}: the output is not the same as the reference's")
        os.unlink(out)
        return sample

    def count_instructions(self, name):
        """Millions as text, or a dash if valgrind does not manage: it knows Go programs badly."""
        try:
            # Signals at any instruction, by which Go preempts its threads, make valgrind crash.
            _, out = self.start(name, [shutil.which("valgrind"), "--tool=callgrind",
                                       "--callgrind-out-file=/dev/null"],
                                {"GODEBUG": "asyncpreemptoff=1"})
            os.unlink(out)
            found = re.search(r"Collected\s*:\s*(\d+)", self.launcher.read("stderr"))
        except timing.Failed as error:
            found = None
            print(f"bench: no instructions of {name}: {str(error).splitlines()[0]}", flush=True)
        return f"{int(found[1]) / 1e6:,.0f}" if found else "–"


def measure(options):
    """Everything measured, and what went wrong."""
    measured, faults = [], []
    for version in options.versions or VERSIONS:
        for program in options.programs or PROGRAMS:
            try:
                facts = recording(options.cache, program, version)
                linkers = {"reference": [facts["linker"]], "wald": [options.wald, "link"]}
                if options.one_thread:
                    linkers[ONE_THREAD] = [options.wald, "link", "--threads=1"]
                arguments = ["-importcfg", facts["importcfg"], *facts["flags"], facts["main"]]
                with timing.Launcher() as launcher:
                    link = Link(launcher, linkers, arguments,
                                timing.clean_environment() | facts["env"])
                    samples = timing.alternate(linkers, options.rounds or ROUNDS, link.run)
                    instructions = {}
                    if options.instructions:
                        instructions = {n: link.count_instructions(n) for n in linkers}
                measured.append(Measured(program, version, samples, instructions))
                print_measured(measured[-1])
            except timing.Failed as error:
                faults.append(f"{program}, Go {version}: {error}")
                print(f"FAILED: {faults[-1]}", flush=True)
    return measured, faults


def print_measured(m):
    """All figures of one program, as soon as they are known."""
    rows = []
    for name, samples in m.samples.items():
        cells = []
        for field, _ in FIELDS:
            values = column(samples, field)
            form = "{:.0f}" if field == "faults" else "{:.1f}"
            low, high = timing.quartiles(values)
            numbers = [form.format(n) for n in (median(samples, field), min(values), low, high)]
            cells.append("{} ({}; {}–{})".format(*numbers))
        if m.instructions:
            cells.append(m.instructions[name])
        rows.append([name, *cells])
    header = [m.title(), *(title for _, title in FIELDS)]
    if m.instructions:
        header.append("M instructions")
    print("\n" + timing.table(header, rows), flush=True)


def of_others(measured):
    return [m for m in measured if m.program != SPARSE]


def of_sparse(measured):
    return [m for m in measured if m.program == SPARSE]


def readme_table(measured):
    rows = []
    counted = of_others(measured)
    for m in [*counted, *of_sparse(measured)]:
        row = [m.title()]
        for name in ("reference", "wald"):
            walls = column(m.samples[name], "wall_ms")
            row.append(f"{median(m.samples[name], 'wall_ms'):.1f} ({min(walls):.1f})")
        row.append(f"**{ratio(m.samples, 'wall_ms'):.1f}×** "
                   f"({ratio(m.samples, 'wall_ms', of=min):.1f}×)")
        row.append(f"{ratio(m.samples, 'wall_ms', ONE_THREAD):.1f}×"
                   if ONE_THREAD in m.samples else "")
        for field, form in (("cpu_ms", "{:.0f}"), ("peak_mib", "{:.0f}")):
            row.append(" / ".join(form.format(median(m.samples[n], field))
                                  for n in ("reference", "wald")))
        row.append(f"{ratio(m.samples, 'peak_mib'):.1f}×")
        row.append(" / ".join(f"{median(m.samples[n], 'faults'):.0f}"
                              for n in ("reference", "wald")))
        if m.instructions:
            row.append(" / ".join(m.instructions[n] for n in ("reference", "wald")))
        rows.append(row)

    def mean(field, ours="wald", of=statistics.median):
        return f"{geomean([ratio(m.samples, field, ours, of) for m in counted]):.2f}×"

    if counted:
        one_thread = all(ONE_THREAD in m.samples for m in counted)
        rows.insert(len(counted), [
            "geometric mean", "", "", f"**{mean('wall_ms')}** ({mean('wall_ms', of=min)})",
            mean("wall_ms", ONE_THREAD) if one_thread else "", "", "", mean("peak_mib")])
    header = ["program, Go", "reference ms", "wald ms", "faster", "1 thread", "CPU ms", "peak MiB",
              "less memory", "minor faults"]
    if measured[0].instructions:
        header.append("M instructions")
    for row in rows:
        row += [""] * (len(header) - len(row))
    return timing.table(header, rows)


def checks(measured, options):
    def by_program(field, ours="wald", of=of_others):
        return {m.title(): ratio(m.samples, field, ours) for m in of(measured)}

    def mean_of(ratios, least, what):
        mean = geomean(ratios.values())
        return timing.check(mean >= least, f"{what} {least}× faster in the geometric mean: "
                                           f"{mean:.2f}×")

    def each_of(ratios, least, what):
        title, lowest = min(ratios.items(), key=lambda item: item[1])
        return timing.check(lowest >= least, f"{what} on every program: {title} has {lowest:.2f}×")

    lines = []
    if of_others(measured):
        lines += [mean_of(by_program("wall_ms"), 6, "at least"),
                  each_of(by_program("wall_ms"), 5, "at least 5× faster")]
        if options.one_thread:
            lines.append(mean_of(by_program("wall_ms", ONE_THREAD), 5, "with one thread at least"))
        lines.append(each_of(by_program("peak_mib"), 2, "at most 1/2 of the peak memory"))
    if of_sparse(measured):
        lines += [each_of(by_program("wall_ms", of=of_sparse), 5.5,
                          "little of much: at least 5.5× faster"),
                  each_of(by_program("peak_mib", of=of_sparse), 2.2,
                          "little of much: at most 1/2.2 of the peak memory")]
    return "\n".join(lines)


def save(measured, path):
    rows = [{"program": m.program, "version": m.version, "instructions": m.instructions,
             "samples": {name: [dataclasses.asdict(s) for s in samples]
                         for name, samples in m.samples.items()}} for m in measured]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)


def run(options):
    """Returns whether every link succeeded and wrote the reference's bytes."""
    if options.instructions and not shutil.which("valgrind"):
        print("bench: no instructions are counted: there is no valgrind (apt-get install valgrind)")
        options.instructions = False
    print("Median (minimum; quartiles) of each linker:", flush=True)
    measured, faults = measure(options)
    if measured:
        save(measured, os.path.join(options.folder, "links.json"))
        rounds = options.rounds or ROUNDS
        versions = options.versions or VERSIONS
        print(f"\nLinks by `go tool link` and by wald, median (minimum) of {rounds} alternating "
              f"rounds,\n{timing.describe_machine(options.wald, versions)}.\n"
              f"CPU, memory and faults: reference / wald.\n\n{readme_table(measured)}\n\n"
              f"{checks(measured, options)}")
    for fault in faults:
        print(f"- FAILED: {fault}")
    return not faults

"""Measured processes, and what is told of them: medians, spread, ratios, the machine."""

import dataclasses
import datetime
import hashlib
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Failed(Exception):
    """A link that failed, or whose output is not the reference's."""


def run(command, **options):
    """The standard output of a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n"
                     f"{(done.stderr or done.stdout)[:2000]}")
    return done.stdout


@dataclasses.dataclass
class Sample:
    wall_ms: float
    cpu_ms: float
    peak_mib: float
    faults: float


class Launcher:
    """Runs processes one at a time in a scratch directory of its own; see launch.py."""

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="wald-bench-")
        self.folder = self.scratch.name
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", os.path.join(HERE, "launch.py")], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.scratch.cleanup()

    def file(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.file(name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def run(self, argv, env):
        self.process.stdin.write(f"{(argv, env)!r}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise Failed(f"cannot start {argv[0]}")
        if answer[4] != "0":
            first_lines = "\n".join(self.read("stderr").splitlines()[:5])
            raise Failed(f"{argv[0]}: exit status {answer[4]}\n{first_lines}")
        wall, cpu, peak_kib, faults = map(float, answer[:4])
        return Sample(wall * 1000, cpu * 1000, peak_kib / 1024, faults)


def alternate(contenders, rounds, run):
    """Samples of each contender after a round that is not counted.

    Every round begins with another one, so that nobody always runs after the same neighbour.
    """
    samples = {name: [] for name in contenders}
    order = list(contenders)
    for number in range(rounds + 1):
        for name in order:
            sample = run(name, number)
            if number > 0:
                samples[name].append(sample)
        order = order[1:] + order[:1]
    return samples


def clean_environment():
    """Ours without what steers Go or wald."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GO") and k != "WALD"}


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def column(samples, field):
    return [getattr(sample, field) for sample in samples]


def median(samples, field):
    return statistics.median(column(samples, field))


def quartiles(values):
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def ratio(samples, field, ours="wald", of=statistics.median):
    """How many times less ours takes than the reference."""
    return of(column(samples["reference"], field)) / of(column(samples[ours], field))


def geomean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def check(holds, text):
    return f"- {'holds' if holds else 'DOES NOT HOLD'}: {text}"


def table(header, rows):
    """Markdown; the first column is text, the others are numbers."""
    return "\n".join(["| " + " | ".join(header) + " |",
                      "|---|" + "---:|" * (len(header) - 1),
                      *("| " + " | ".join(row) + " |" for row in rows)])


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def describe_machine(wald, versions):
    wald_version = subprocess.run([wald, "--version"], check=True, capture_output=True, text=True)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory_gib = int(file.readline().split()[1]) / (1 << 20)
    return (f"{cpu_model()}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, "
            f"Linux {platform.release()}; {wald_version.stdout.strip()}, "
            f"Go {', '.join(versions)}; {datetime.date.today().isoformat()}")


def others_share(seconds=1.0):
    """What other processes take of the processors, from 0 to 1, while this one sleeps. The load average
    would still know of what a bench itself did some minutes ago."""
    def ticks():
        with open("/proc/stat", encoding="ascii") as file:
            numbers = [int(word) for word in file.readline().split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]  # idle and waiting for disks

    total, idle = ticks()
    time.sleep(seconds)
    total_after, idle_after = ticks()
    return 1 - (idle_after - idle) / max(total_after - total, 1)


MOST_SHARE = 0.1


def warn_of_load():
    share = others_share()
    if share > MOST_SHARE:
        print(f"bench: something else takes {share:.0%} of the processors, do not quote these figures",
              file=sys.stderr)

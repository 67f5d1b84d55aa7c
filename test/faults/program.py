"""A copy of a recorded link whose inputs may be damaged, and what a link of it must look like."""
import contextlib
import hashlib
import itertools
import json
import os
import random
import resource
import shutil
import signal
import stat
import struct
import subprocess
import tempfile
import threading
import time

# A link takes milliseconds. Time is the processor's: the machine may be busy.
MOST_CPU_SECONDS = 30
CPU_LIMIT = (2 * MOST_CPU_SECONDS,) * 2
# Only against waiting for ever.
MOST_WALL_SECONDS = 900

NOBODY = 65534


class Result:
    """What a process did: status as subprocess has it, stderr, CPU seconds and peak memory."""

    def __init__(self, status, stderr, cpu, peak_kib, was_hanging):
        self.status, self.stderr, self.cpu, self.peak_kib = status, stderr, cpu, peak_kib
        self.was_hanging = was_hanging

    def __str__(self):
        text = self.stderr.decode(errors="replace").strip()
        return (f"status {self.status}, {self.cpu:.2f} s, {self.peak_kib >> 10} MiB"
                + (f": {text[:500]}" if text else ""))


def run(words, env, meanwhile=None, prepare=None, cwd=None):
    """Runs a program; meanwhile(process) is called while it runs, prepare() in the child."""
    process = subprocess.Popen(words, env=env, cwd=cwd, preexec_fn=prepare, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    # It may have ended already, or be another user's.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(process.pid, resource.RLIMIT_CPU, CPU_LIMIT)
    hanging = threading.Event()

    def stop():
        hanging.set()
        process.kill()

    timer = threading.Timer(MOST_WALL_SECONDS, stop)
    timer.daemon = True
    timer.start()
    try:
        if meanwhile:
            meanwhile(process)
        stderr = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
        process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Result(process.returncode, stderr, usage.ru_utime + usage.ru_stime, usage.ru_maxrss,
                  hanging.is_set())


def may_enter(folder):
    """Whether any user may: so that what runs as nobody finds its files there."""
    while True:
        if not os.stat(folder).st_mode & stat.S_IXOTH:
            return False
        if folder == os.path.dirname(folder):
            return True
        folder = os.path.dirname(folder)


@contextlib.contextmanager
def open_folder():
    """A new folder that any user may enter, also where TMPDIR lies in a home that others may not."""
    places = [os.path.realpath(place) for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    place = next(filter(may_enter, filter(os.path.isdir, places)), places[0])
    with tempfile.TemporaryDirectory(prefix="wald-faults-", dir=place) as folder:
        os.chmod(folder, 0o755)
        yield folder


class Program:
    """The files of one recorded link in a folder of their own, and an empty folder for outputs.

    wald is copied there, too: some links run as another user, who may not enter the folder that it
    was built in, such as root's home. shuffle(list) makes another order in which the files are
    written.
    """

    def __init__(self, recording, folder, wald, shuffle=None):
        self.folder, self.wald = folder, os.path.join(folder, "wald")
        self.outputs = os.path.join(folder, "outputs")
        self.out = os.path.join(self.outputs, "out.wasm")
        os.makedirs(self.outputs)
        shutil.copyfile(wald, self.wald)
        os.chmod(self.wald, 0o755)
        with open(os.path.join(recording, "recording.json"), encoding="utf-8") as file:
            self.recording = json.load(file)
        self.env = {name: value for name, value in os.environ.items()
                    if name not in ("GOROOT", "GOEXPERIMENT", "GOWASM", "GO_EXTLINK_ENABLED")}
        self.env.update(self.recording["env"])
        self.importcfg = os.path.join(folder, "importcfg")
        copies = {self.recording["main"]: os.path.join(folder, "0.a")}
        with open(os.path.join(recording, "importcfg"), encoding="utf-8") as file:
            lines = file.readlines()
        with open(self.importcfg, "w", encoding="utf-8") as file:
            for line in lines:
                if line.startswith("packagefile "):
                    path, _, archive = line.rstrip("\n").partition("=")
                    copies.setdefault(archive, os.path.join(folder, f"{len(copies)}.a"))
                    line = f"{path}={copies[archive]}\n"
                file.write(line)
        self.main, self.archives = copies[self.recording["main"]], list(copies.values())
        originals = list(copies)
        if shuffle:
            shuffle(originals)
        for archive in originals:
            shutil.copyfile(archive, copies[archive])
            os.chmod(copies[archive], 0o644)
        self.expected = self.recording["reference"]["default"]["sha256"]
        start = time.monotonic()
        result = self.link()
        self.seconds = time.monotonic() - start  # of one link, for doing something meanwhile
        if result.status != 0 or self.output_hash() != self.expected:
            raise SystemExit(f"faults: {recording} does not link without faults: {result}")
        self.peak_kib = result.peak_kib
        os.unlink(self.out)

    @property
    def name(self):
        version = self.recording["version"].removeprefix("go")
        return f"{self.recording['program']} {version}"

    @property
    def inputs(self):
        return [self.importcfg, *self.archives]

    def words(self, out=None, options=(), main=None, importcfg=None):
        return [self.wald, "link", *options, "-o", out or self.out, "-importcfg",
                importcfg or self.importcfg, *self.recording["flags"], main or self.main]

    def link(self, out=None, options=(), main=None, importcfg=None, **kwargs):
        return run(self.words(out, options, main, importcfg), self.env, **kwargs)

    def output_hash(self, out=None):
        with open(out or self.out, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @contextlib.contextmanager
    def damaged(self, path, contents):
        """The file has other contents for a while. It is rewritten in place, not replaced."""
        with open(path, "rb") as file:
            original = file.read()
        try:
            with open(path, "wb") as file:
                file.write(contents)
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            with open(path, "wb") as file:
                file.write(original)

    def judge(self, result, may_differ=False, earlier=None, is_small=True):
        """(verdict, why): "correct", "other" (another output where that may be), "error" or "bad".

        earlier: contents of a file that had the output's name before the link. Empties the folder
        for outputs.
        """
        left = sorted(os.listdir(self.outputs))
        try:
            return self._judge(result, left, may_differ, earlier, is_small)
        finally:
            for name in left:
                os.unlink(os.path.join(self.outputs, name))

    def _judge(self, result, left, may_differ, earlier, is_small):
        is_there = os.path.basename(self.out) in left
        if problem := problem_of(result, 4 * self.peak_kib if is_small else None):
            return "bad", problem
        if len(left) > is_there:
            return "bad", f"files left behind: {left}"
        if result.status == 0:
            if not is_there:
                return "bad", "no output and no error"
            if self.output_hash() == self.expected:
                return "correct", ""
            return ("other", "") if may_differ else ("bad", "a wrong output")
        if earlier is None and is_there:
            return "bad", "an output in spite of an error"
        if earlier is not None:
            if not is_there:
                return "bad", "the earlier output is gone"
            with open(self.out, "rb") as file:
                if file.read() != earlier:
                    return "bad", "the earlier output has changed"
        return "error", ""


def problem_of(result, most_kib=None):
    """What no link may do, or None."""
    if result.was_hanging:
        return "it does not end"
    if result.status < 0:
        return f"ended by {signal.Signals(-result.status).name}"
    if result.cpu > MOST_CPU_SECONDS:
        return f"{result.cpu:.0f} s"
    if most_kib and result.peak_kib > most_kib:
        return f"{result.peak_kib >> 10} MiB of memory"
    if result.status not in (0, 1, 2):
        return f"status {result.status}"
    if result.status and b"wald: error: " not in result.stderr:
        return "no error message"
    if b"internal error" in result.stderr:
        return "an internal error"
    return None


def pause_at(process, seconds, action):
    """Stops the process after a time, does something to its files, and lets it go on."""
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGSTOP)
    action()
    os.kill(process.pid, signal.SIGCONT)


class Tally:
    """Counts of verdicts by case, and what was bad."""

    VERDICTS = ("correct", "other", "error", "bad")

    def __init__(self):
        self.counts, self.bad = {}, []

    def add(self, case, verdict, description=""):
        self.counts_of(case)[verdict] += 1
        if verdict == "bad":
            self.bad.append(f"{case}: {description}")

    def counts_of(self, case):
        return self.counts.setdefault(case, dict.fromkeys(self.VERDICTS, 0))

    def merge(self, other):
        for case, counts in other.counts.items():
            for verdict, number in counts.items():
                self.counts_of(case)[verdict] += number
        self.bad += other.bad


class Share:
    """One worker's part of a group of cases."""

    def __init__(self, index, total, is_quick, seed):
        self.index, self.total, self.is_quick = index, total, is_quick
        self.random = random.Random(f"{seed} {index}")

    def part(self, cases):
        return itertools.islice(cases, self.index, None, self.total)

    def times(self, quick, whole):
        """A range as long as this worker's part of so many repetitions."""
        return self.part(range(quick if self.is_quick else whole))


def tables_of(archive):
    """The ranges of an archive's bytes that its Go objects' tables take: (begin, end) pairs."""
    ranges, at = [], 8
    while at + 60 <= len(archive):
        size = int(archive[at + 48:at + 58])
        member = archive[at + 60:at + 60 + size]
        payload = member.find(b"\0go120ld")
        if payload >= 0:
            data_block, names_block, end = struct.unpack_from("<3I", member, payload + 20 + 16 * 4)
            base = at + 60 + payload
            ranges += [(base, base + data_block), (base + names_block, base + end)]
        at += 60 + size + size % 2
    return ranges

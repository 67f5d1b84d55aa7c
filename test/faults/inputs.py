"""Inputs that are damaged, of the wrong kind, or change while they are read."""
import contextlib
import os
import resource
import socket

from program import CPU_LIMIT, NOBODY, pause_at, tables_of


def truncations(program, tally, share):
    """Every input cut off at every 1/200 of its length."""
    cuts = []
    for path in program.inputs:
        size = os.path.getsize(path)
        places = sorted({size * i // 200 for i in range(200)})
        if share.is_quick:
            places = share.random.sample(places, 2)
        cuts += [(path, place) for place in places]
    if share.is_quick:
        cuts = share.random.sample(cuts, 60)
    for path, place in share.part(cuts):
        is_config = path == program.importcfg
        with open(path, "rb") as file:
            contents = file.read()
        with program.damaged(path, contents[:place]):
            result = program.link(options=["--validate"])
        # Without its last lines an import configuration is still one.
        verdict, why = program.judge(result, may_differ=is_config)
        tally.add("truncated " + ("importcfg" if is_config else "archive"), verdict,
                  f"{program.name}: {os.path.basename(path)} cut at {place}: {why}: {result}")


@contextlib.contextmanager
def flipped(path, offset, bit):
    with open(path, "r+b", buffering=0) as file:
        byte = os.pread(file.fileno(), 1, offset)
        try:
            os.pwrite(file.fileno(), bytes([byte[0] ^ 1 << bit]), offset)
            yield
        finally:
            os.pwrite(file.fileno(), byte, offset)


def flip(program, tally, share, case, path, offset):
    bit = share.random.randrange(8)
    with flipped(path, offset, bit):
        result = program.link()
        if result.status == 0 and program.output_hash() != program.expected:
            os.unlink(program.out)
            result = program.link(options=["--validate"])
    verdict, why = program.judge(result, may_differ=True)
    tally.add(case, verdict, f"{program.name}: {os.path.basename(path)}, bit {bit} of byte {offset}: "
              f"{why}: {result}")


def flips(program, tally, share):
    """Single bits, anywhere and in the tables of the objects, which are a part that errors hit more.

    Contents of functions and data carry no checksum, so the output may be another one.
    """
    archives = program.archives
    sizes = [os.path.getsize(path) for path in archives]
    tables = []
    for path in archives:
        with open(path, "rb") as file:
            tables.append(tables_of(file.read()))
    for _ in share.times(quick=150, whole=5000):
        path, size = share.random.choices(list(zip(archives, sizes)), weights=sizes)[0]
        flip(program, tally, share, "bit flipped in an archive", path, share.random.randrange(size))
    for _ in share.times(quick=150, whole=5000):
        path, ranges = share.random.choice([(a, t) for a, t in zip(archives, tables) if t])
        begin, end = share.random.choices(ranges, weights=[e - b for b, e in ranges])[0]
        flip(program, tally, share, "bit flipped in an object's tables", path,
             share.random.randrange(begin, end))
    size = os.path.getsize(program.importcfg)
    for _ in share.times(quick=60, whole=2000):
        flip(program, tally, share, "bit flipped in importcfg", program.importcfg,
             share.random.randrange(size))


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path)


KINDS = {
    "missing": lambda path: None,
    "empty": lambda path: open(path, "wb").close(),
    "a directory": os.mkdir,
    "a pipe": os.mkfifo,
    "a socket": make_socket,
    "a link to itself": lambda path: os.symlink(path, path),
    "/dev/null": lambda path: os.symlink("/dev/null", path),
    "/dev/zero": lambda path: os.symlink("/dev/zero", path),
    "/dev/full": lambda path: os.symlink("/dev/full", path),
    "unreadable": lambda path: os.close(os.open(path, os.O_CREAT, 0)),
    "a folder's file": lambda path: os.symlink(path + ".folder/missing", path),
}


def become_nobody():
    """In a new process: root may read and write everything."""
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, CPU_LIMIT)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def wrong_kinds(program, tally, share):
    """Inputs that are no files, or cannot be read."""
    cases = [(what, path) for what in KINDS
             for path in (program.importcfg, program.main, program.archives[1],
                          program.archives[-1])]
    os.chmod(program.outputs, 0o777)
    for what, path in share.part(cases):
        # Nobody writes to a pipe; who reads an importcfg from one waits, as cat does.
        if what == "a pipe" and path == program.importcfg:
            continue
        kept = path + ".kept"
        os.rename(path, kept)
        try:
            KINDS[what](path)
            result = program.link(prepare=become_nobody)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.rmdir(path) if os.path.isdir(path) else os.unlink(path)
            os.rename(kept, path)
        verdict, why = program.judge(result)
        tally.add("input is " + what, verdict, f"{program.name}: {os.path.basename(path)}: {why}: "
                  f"{result}")


def changes(program, tally, share):
    """Files that change while a link reads them, at random times of the link."""

    def truncate(path, contents):
        os.truncate(path, share.random.randrange(len(contents)))

    def empty(path, _):
        os.truncate(path, 0)

    def grow(path, contents):
        with open(path, "ab") as file:
            file.write(contents)

    def delete(path, _):
        os.unlink(path)

    def replace(path, contents):
        with open(path + ".new", "wb") as file:
            file.write(contents[: len(contents) // 2])
        os.rename(path + ".new", path)

    def overwrite(path, contents):
        place = share.random.randrange(len(contents))
        with open(path, "r+b") as file:
            file.seek(place)
            file.write(share.random.randbytes(min(share.random.choice((1, 100, 100000)),
                                                  len(contents) - place)))

    # A link reads what it needs twice at most, and what it has read it may have copied: a file of
    # the same length with other bytes is noticed only where it makes no sense.
    cases = {"truncated": (truncate, False), "emptied": (empty, False), "grown": (grow, False),
             "deleted": (delete, False), "replaced": (replace, False),
             "overwritten": (overwrite, True)}
    for i in share.times(quick=48, whole=1200):
        what = list(cases)[i % len(cases)]
        change, may_differ = cases[what]
        path = share.random.choice(program.archives)
        with open(path, "rb") as file:
            contents = file.read()
        delay = share.random.uniform(0, program.seconds)
        with program.damaged(path, contents):
            result = program.link(
                options=["--validate"] if may_differ else [],
                meanwhile=lambda process: pause_at(process, delay, lambda: change(path, contents)))
        verdict, why = program.judge(result, may_differ=may_differ)
        tally.add(f"{what} while it is read", verdict,
                  f"{program.name}: {os.path.basename(path)} after {delay * 1000:.1f} ms: {why}: "
                  f"{result}")

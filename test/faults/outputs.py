"""Outputs that cannot be written, and links that write to one name at once."""
import contextlib
import os
import subprocess

from inputs import become_nobody
from program import problem_of


def expect(program, tally, case, result, is_ok, out=None, others=()):
    """A link that must fail or not, and leaves nothing but its output and the names in others."""
    why = problem_of(result, 4 * program.peak_kib)
    out = out or program.out
    left = set(os.listdir(program.outputs)) - set(others)
    if is_ok and result.status == 0:
        left.discard(os.path.basename(out))
    if why is None and left:
        why = f"files left behind: {sorted(left)}"
    if why is None and is_ok and result.status != 0:
        why = "it fails"
    if why is None and not is_ok and result.status == 0:
        why = "it does not fail"
    if why is None and is_ok and os.path.isfile(out) and program.output_hash(out) != program.expected:
        why = "a wrong output"
    verdict = "bad" if why else "correct" if is_ok else "error"
    tally.add(case, verdict, f"{program.name}: {why}: {result}")


def clear(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            os.chmod(entry.path, 0o755)
            clear(entry.path)
            os.rmdir(entry.path)
        else:
            os.unlink(entry.path)


def odd_outputs(program, tally, share):
    """One case after the other, each in the empty folder for outputs."""
    for case in share.part(CASES):
        try:
            case(program, tally)
        finally:
            os.chmod(program.outputs, 0o755)
            clear(program.outputs)


def read_only_folder(program, tally):
    os.chmod(program.outputs, 0o555)
    result = program.link(prepare=become_nobody)
    expect(program, tally, "output in a read-only folder", result, is_ok=False)
    # A file that may be written to does not need the folder.
    os.chmod(program.outputs, 0o755)
    with open(program.out, "wb") as file:
        file.write(b"earlier")
    os.chmod(program.out, 0o666)
    os.chmod(program.outputs, 0o555)
    result = program.link(prepare=become_nobody)
    expect(program, tally, "output in a read-only folder", result, is_ok=True)


def missing_folder(program, tally):
    for out in ("missing/out.wasm", "", "x" * 256):
        result = program.link(out=os.path.join(program.outputs, out))
        expect(program, tally, "output in no folder", result, is_ok=False)


def read_only_file(program, tally):
    with open(program.out, "wb") as file:
        file.write(b"earlier")
    os.chmod(program.out, 0o444)
    expect(program, tally, "output is read-only", program.link(), is_ok=True)


def directory(program, tally):
    os.mkdir(program.out)
    expect(program, tally, "output is a directory", program.link(), is_ok=False,
           others=["out.wasm"])
    os.rmdir(program.out)
    os.mkdir(os.path.join(program.outputs, "folder"))
    os.symlink("folder", program.out)
    expect(program, tally, "output is a directory", program.link(), is_ok=False,
           others=["out.wasm", "folder"])


def links(program, tally):
    target = os.path.join(program.outputs, "target")
    for contents in (b"earlier", b"earlier" * 1000000, None):
        if contents is not None:
            with open(target, "wb") as file:
                file.write(contents)
        os.symlink("target", program.out)
        expect(program, tally, "output is a link", program.link(), is_ok=True, others=["target"])
        if not os.path.islink(program.out) or program.output_hash(target) != program.expected:
            tally.add("output is a link", "bad", "the link or what it leads to is gone")
        clear(program.outputs)
    os.symlink("out.wasm", program.out)
    expect(program, tally, "output is a link to itself", program.link(), is_ok=False,
           others=["out.wasm"])


def devices(program, tally):
    for name, is_ok in (("/dev/null", True), ("/dev/full", False)):
        result = program.link(out=name)
        expect(program, tally, f"output is {name}", result, is_ok, out=name)
        if not os.path.exists(name):
            tally.add(f"output is {name}", "bad", "it is gone")


def same_as_input(program, tally):
    """All of an input is read before its name goes to the output."""
    for path in (program.importcfg, program.main, program.archives[-1]):
        for is_link in (False, True):
            out = path
            if is_link:
                os.symlink(path, program.out)
                out = program.out
            with open(path, "rb") as file:
                contents = file.read()
            with program.damaged(path, contents):
                result = program.link(out=out)
                expect(program, tally, "output is an input", result, is_ok=True, out=out)
            clear(program.outputs)


def closed_streams(program, tally):
    """Where stderr is closed the output may get its number."""

    def close_all():
        for number in (0, 1, 2):
            os.close(number)

    # Its stderr is closed here before it is read there, which is its end.
    result = program.link(options=["--stats"], prepare=close_all)
    expect(program, tally, "standard streams are closed", result, is_ok=True)


def full_disk(program, tally):
    """Small file systems, with and without an earlier output."""
    size = program.recording["reference"]["default"]["bytes"]
    for part in (0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.2):
        for earlier in (None, b"earlier"):
            if not mount_small(program.outputs, 16384 + int(size * part)):
                return
            try:
                if earlier:
                    with open(program.out, "wb") as file:
                        file.write(earlier)
                result = program.link()
                verdict, why = program.judge(result, earlier=earlier)
                if verdict == "error" and b"No space left" not in result.stderr:
                    verdict, why = "bad", "not the reason"
                tally.add("output on a full disk", verdict, f"{program.name}: {why}: {result}")
            finally:
                subprocess.run(["umount", program.outputs], check=True)


def mount_small(folder, size):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                          check=False, capture_output=True)
    if done.returncode != 0:
        print("faults: no full disk without the right to mount one:",
              done.stderr.decode(errors="replace").strip())
    return done.returncode == 0


CASES = (read_only_folder, missing_folder, read_only_file, directory, links, devices, same_as_input,
         closed_streams, full_disk)


def at_once(program, tally, share):
    """64 links of one output at once: whoever looks finds none or a whole one."""
    for _ in share.times(quick=1, whole=10):
        running = [subprocess.Popen(program.words(), env=program.env, stdin=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE) for _ in range(64)]
        is_whole = True
        while any(process.poll() is None for process in running):
            with contextlib.suppress(FileNotFoundError):
                is_whole = is_whole and program.output_hash() == program.expected
        stderr = b"".join(process.communicate()[1] for process in running)
        left = os.listdir(program.outputs)
        failed = [process.returncode for process in running if process.returncode != 0]
        is_good = is_whole and not failed and left == ["out.wasm"]
        for _ in range(64):
            tally.add("64 links of one output", "correct" if is_good else "bad",
                      f"{program.name}: status {failed}, whole: {is_whole}, files: {left}: {stderr}")
        clear(program.outputs)

#!/usr/bin/env python3
"""Store one wasm link that has just run, so that it can be repeated with any linker.

Called by the `record` script with the linker's command line, after the link. A recorded link is a
directory with

  recording.json  argv with placeholders, environment, linker, hash of the reference's output
  importcfg       of the link, with the objects' paths in the store
  run-with        shell script: run-with LINKER OUT [MORE LINK FLAGS]

and the store holds every object once, named by its SHA-256. Go's build cache names its files the
same way, so objects that lie there are linked to instead of copied.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys

# What `go tool link` reads from the environment and what decides about its output.
KEPT_ENVIRONMENT = ("GOROOT", "GOOS", "GOARCH", "GOEXPERIMENT", "GOWASM", "GO_EXTLINK_ENABLED")

RUN_WITH = """#!/bin/sh
# usage: run-with LINKER OUT [MORE LINK FLAGS]
# Repeats this recorded link. LINKER may be several words ("build/wald link"); "reference" is the
# linker that was recorded.
linker=$1 out=$2
shift 2
[ "$linker" = reference ] && linker=%(linker)s
for name in %(unset)s; do unset "$name"; done
export %(env)s
exec $linker -o "$out" -importcfg %(importcfg)s %(before)s "$@" %(main)s
"""


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def put_in_store(path, store):
    """Put a file in the store, by hard link where that is possible; returns its path there."""
    base = os.path.basename(path)
    in_cache = base.endswith("-d") and len(base) == 66
    name = base[:-2] if in_cache else sha256_of(path)
    stored = os.path.join(store, name[:2], name + ".a")
    if os.path.exists(stored):
        return stored
    os.makedirs(os.path.dirname(stored), exist_ok=True)
    if not in_cache:
        # A freshly built package is in the cache as well as in $WORK: share the lasting one.
        cached = os.path.join(os.environ.get("GOCACHE", ""), name[:2], name + "-d")
        if os.path.exists(cached):
            path = cached
    temporary = f"{stored}.{os.getpid()}"
    try:
        os.link(path, temporary)
    except OSError:
        shutil.copyfile(path, temporary)
    os.rename(temporary, stored)
    return stored


def expand_response_files(argv, go_minor):
    """The arguments with each @FILE replaced by what the go command wrote there."""
    result = []
    for arg in argv:
        if not arg.startswith("@"):
            result.append(arg)
            continue
        with open(arg[1:], encoding="utf-8") as file:
            text = file.read()
        if go_minor >= 27:
            result += shlex.split(text)
        else:
            for line in text.strip().split("\n"):
                result.append(line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\"))
    return result


def split_command_line(argv):
    """Take -o, -importcfg and the main archive out of the arguments of a link."""
    rest, out, importcfg = [], None, None
    position = 0
    main = argv[-1]
    argv = argv[:-1]
    while position < len(argv):
        arg = argv[position]
        if arg == "-o":
            out = argv[position + 1]
            position += 1
        elif arg == "-importcfg":
            importcfg = argv[position + 1]
            position += 1
        else:
            rest.append(arg)
        position += 1
    if out is None or importcfg is None:
        sys.exit("record: a link without -o or -importcfg cannot be recorded")
    return rest, out, importcfg, main


def main():
    linker, argv = sys.argv[1], sys.argv[2:]
    version = subprocess.run([linker, "-V=full"], check=True, capture_output=True, text=True)
    version = version.stdout.split()[2]
    minor = int(version.removeprefix("go").split(".")[1])
    flags, out, importcfg, main_archive = split_command_line(expand_response_files(argv, minor))

    store = os.path.abspath(os.environ["WALD_RECORD_STORE"])
    directory = os.environ["WALD_RECORD_DIR"]
    import_path = os.environ.get("TOOLEXEC_IMPORTPATH", "command-line-arguments")
    if os.environ.get("WALD_RECORD_MANY"):
        name = import_path.split(" ")[0]
        directory = os.path.join(directory, name.replace("/", "_"))
    directory = os.path.abspath(directory)
    temporary = f"{directory}.{os.getpid()}.tmp"
    os.makedirs(temporary)

    lines = []
    with open(importcfg, encoding="utf-8") as file:
        for line in file:
            if line.startswith("packagefile "):
                path, _, archive = line[len("packagefile "):].rstrip("\n").partition("=")
                line = f"packagefile {path}={put_in_store(archive, store)}\n"
            lines.append(line)
    with open(os.path.join(temporary, "importcfg"), "w", encoding="utf-8") as file:
        file.writelines(lines)

    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    buildmode = next((f.split("=")[1] for f in flags if f.startswith("-buildmode=")), "exe")
    recording = {
        # What the one who records calls it, for tables.
        "program": os.environ.get("WALD_RECORD_PROGRAM") or import_path,
        "build_flags": os.environ.get("WALD_RECORD_FLAGS", ""),
        "source": os.environ.get("WALD_RECORD_SOURCE", ""),
        "import_path": import_path,
        "version": version,
        "goos": environment.get("GOOS", ""),
        "buildmode": buildmode,
        "linker": linker,
        "env": environment,
        "flags": flags,
        "main": put_in_store(main_archive, store),
        "recorded_in": os.getcwd(),
        # The go command patches the build id after the link, so this is the linker's own output.
        "reference": {"default": {"sha256": sha256_of(out), "bytes": os.path.getsize(out)}},
    }
    with open(os.path.join(temporary, "recording.json"), "w", encoding="utf-8") as file:
        json.dump(recording, file, indent=1)
    script = os.path.join(temporary, "run-with")
    with open(script, "w", encoding="utf-8") as file:
        file.write(RUN_WITH % {
            "linker": shlex.quote(linker),
            "unset": " ".join(n for n in KEPT_ENVIRONMENT if n not in environment) or "_none",
            "env": " ".join(f"{k}={shlex.quote(v)}" for k, v in environment.items()),
            "importcfg": shlex.quote(os.path.join(directory, "importcfg")),
            "before": " ".join(map(shlex.quote, flags)),
            "main": shlex.quote(recording["main"]),
        })
    os.chmod(script, 0o755)
    shutil.rmtree(directory, ignore_errors=True)
    os.rename(temporary, directory)


if __name__ == "__main__":
    main()

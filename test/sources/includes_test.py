#!/usr/bin/env python3
"""Includes go one way, and libraries from elsewhere stay where CONTRIBUTING.md says.

A folder may include itself and the folders in front of it in LAYERS; those in one line know nothing
of each other. A folder that is not in the list fails: decide where it belongs.

usage: includes_test.py [ROOT]
"""
import os
import re
import sys

LAYERS = [
    ["objfile/support"],
    ["objfile/system"],
    ["objfile", "wasm"],
    ["wasm/run", "wasm/code"],
    ["wasm/equivalence"],
    ["linker/inspect"],
    ["linker/size"],
    # One library: what programs import and export, the types of that, and the sources they stand in.
    ["directives", "directives/types", "directives/source"],
    ["directives/rules", "directives/contracts", "directives/reports"],
    ["linker/command_line"],
    ["linker/core"],
    ["linker/input", "linker/interface", "linker/liveness"],
    ["linker/layout"],
    ["linker/tables/pclntab"],
    ["linker/tables"],
    ["linker/output"],
    ["linker"],
    ["cmd/wald"],
    ["cmd/wald-opt"],
]
# Folders of one line that may include each other all the same.
TOGETHER = [{"directives", "directives/types", "directives/source"},
            {"directives/rules", "directives/contracts", "directives/reports"}]
# Of another folder's headers only these: what checks the transformation shares nothing with it but
# the reading of bytes.
ONLY = {"wasm/equivalence": ("wasm/code/", {"body.h", "decoder.h", "opcodes.h"})}
# Headers of other projects, and the files that may include them.
FENCES = {
    r"wabt/": r"wasm/(validate|body_facts|text_externs)\.cc|wasm/run/interpreter\.cc",
    r"binaryen": r"cmd/wald-opt/.*",
    r"llvm/Support/CommandLine\.h": r"",
}


def layer_of(folder):
    return next((i for i, layer in enumerate(LAYERS) if folder in layer), None)


def sources(root):
    for top in ("objfile", "wasm", "directives", "linker", "cmd"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".cc", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def may_include(folder, other):
    if folder == other or any({folder, other} <= group for group in TOGETHER):
        return True
    return layer_of(other) < layer_of(folder)


def mistakes_in(root, path):
    folder = os.path.dirname(path)
    if layer_of(folder) is None:
        yield f"{path}: the folder {folder} is in no layer"
        return
    with open(os.path.join(root, path), encoding="utf-8") as file:
        included = re.findall(r'^#include ["<]([^">]+)[">]', file.read(), re.M)
    for header in included:
        for pattern, files in FENCES.items():
            if re.match(pattern, header) and not re.fullmatch(files, path):
                yield f"{path}: includes {header}, which only {files or 'nobody'} may"
        start, allowed = ONLY.get(folder, ("", None))
        if start and header.startswith(start) and header[len(start):] not in allowed:
            yield f"{path}: includes {header}; of {start} only {', '.join(sorted(allowed))} may be"
        # The commands' own headers are named from cmd on.
        if header.startswith("wald/"):
            header = "cmd/" + header
        if os.path.exists(os.path.join(root, header)):
            other = os.path.dirname(header)
            if layer_of(other) is None:
                yield f"{path}: includes {header}, whose folder is in no layer"
            elif not may_include(folder, other):
                yield f"{path}: includes {header}, against the order of the folders"


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                           os.path.join(os.path.dirname(__file__), "..", ".."))
    paths = list(sources(root))
    mistakes = [mistake for path in paths for mistake in mistakes_in(root, path)]
    for mistake in mistakes:
        print(f"FAIL: {mistake}", file=sys.stderr)
    print(f"includes_test: {len(paths)} files, {len(mistakes)} mistakes")
    sys.exit(1 if mistakes or len(paths) < 100 else 0)


if __name__ == "__main__":
    main()

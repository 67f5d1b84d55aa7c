"""wald's table of WASI functions against engines.

usage: wasi_preview1_test.py    with the Python that has wasmtime

The signatures are read from directives/contracts/wasi_preview1.cc. wasmtime's own must be the same ones, each
function must instantiate with its signature, and must not with one parameter more. node must offer
the same names.
"""

import pathlib
import re
import subprocess
import sys

import wasmtime

WASI = "wasi_snapshot_preview1"
SOURCE = pathlib.Path(__file__).parents[2] / "directives" / "contracts" / "wasi_preview1.cc"
ENTRY = re.compile(r'^    \{"(\w+)", "([iI]*)",\s*"([\w ]*)"\},$', re.M)
NODE = """
const { WASI } = require("node:wasi");
console.log(Object.keys(new WASI({ version: "preview1" }).wasiImport).join("\\n"));
"""


def module_text(name, params, results):
    parameters = f"(param {' '.join(params)})" if params else ""
    return f'(module (import "{WASI}" "{name}" (func {parameters} {results})))'


def instantiates(engine, text):
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    store.set_wasi(wasmtime.WasiConfig())
    try:
        linker.instantiate(store, wasmtime.Module(engine, text))
    except wasmtime.WasmtimeError:
        return False
    return True


def main():
    table = {name: params for name, params, _ in ENTRY.findall(SOURCE.read_text())}
    failures = [] if len(table) == 46 else [f"{len(table)} functions read from the table"]
    engine = wasmtime.Engine()
    for name, codes in table.items():
        params = ["i64" if code == "I" else "i32" for code in codes]
        results = "" if name == "proc_exit" else "(result i32)"
        if not instantiates(engine, module_text(name, params, results)):
            failures.append(f"{name}: wasmtime refuses the signature of the table")
        if instantiates(engine, module_text(name, params + ["i32"], results)):
            failures.append(f"{name}: wasmtime accepts one parameter more")
    if instantiates(engine, module_text("fd_wirte", [], "")):
        failures.append("wasmtime accepts an unknown name")

    node = subprocess.run(["node", "--no-warnings", "-e", NODE], capture_output=True, text=True)
    for name in sorted(set(node.stdout.split()) ^ set(table)):
        failures.append(f"{name}: only in one of the table and node")

    for failure in failures:
        print("FAILED:", failure)
    return 1 if failures else 0


sys.exit(main())

"""Run a wasip1 module in wasmtime.

usage: wasmtime_host.py MODULE [ARGS...]                          a command
       wasmtime_host.py --reactor MODULE NAME [NUMBERS...] [, NAME [NUMBERS...]]...
       wasmtime_host.py --bare MODULE NAME [NUMBERS...] [, NAME [NUMBERS...]]...

A reactor is initialized once, then the exports are called in turn and their results printed. Its
imports that are not WASI print their numeric arguments and return 1. With --bare it is not
initialized, _initialize may be one of the names, and that a call traps is printed, too.
"""

import sys

import wasmtime

WASI = "wasi_snapshot_preview1"


def make_stub(store_import):
    kinds = [str(result) for result in store_import.type.results]

    def stub(*args):
        print(f"host {store_import.module}.{store_import.name} called with {len(args)} arguments", flush=True)
        return [1.0 if kind.startswith("f") else 1 for kind in kinds][0] if kinds else None

    return stub


def instantiate(path, args):
    engine = wasmtime.Engine()
    store, linker = wasmtime.Store(engine), wasmtime.Linker(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = args
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    wasi.inherit_stdin()
    store.set_wasi(wasi)
    linker.define_wasi()
    linker.allow_shadowing = True
    module = wasmtime.Module.from_file(engine, path)
    for needed in module.imports:
        if needed.module != WASI:
            linker.define_func(needed.module, needed.name, needed.type, make_stub(needed))
    return store, linker.instantiate(store, module).exports(store)


def call(store, function, words):
    kinds = [str(p) for p in function.type(store).params]
    values = [float(w) if k.startswith("f") else int(w) for k, w in zip(kinds, words, strict=True)]
    return function(store, *values)


def run_command(path, args):
    store, exports = instantiate(path, ["program", *args])
    try:
        exports["_start"](store)
    except wasmtime.ExitTrap as exit_trap:
        return exit_trap.code
    return 0


def run_reactor(path, words, bare):
    store, exports = instantiate(path, ["reactor"])
    if not bare:
        exports["_initialize"](store)
    while words:
        end = words.index(",") if "," in words else len(words)
        try:
            print(words[0], "=", call(store, exports[words[0]], words[1:end]), flush=True)
        except (wasmtime.Trap, wasmtime.WasmtimeError):
            if not bare:
                raise
            print(words[0], "trapped", flush=True)
        words = words[end + 1:]
    return 0


def main():
    if sys.argv[1] in ("--reactor", "--bare"):
        return run_reactor(sys.argv[2], sys.argv[3:], bare=sys.argv[1] == "--bare")
    return run_command(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())

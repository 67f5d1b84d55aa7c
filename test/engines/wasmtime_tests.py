"""Run a Go test binary for wasip1 in wasmtime, as Go's go_wasip1_wasm_exec does with the command.

usage: wasmtime_tests.py MODULE [ARGS...]

The whole file system is mounted, and the environment handed on. The Python package allows wasm a
stack of 2 MiB at most, where the command has 8: tests that recurse deeper trap, with any linker.
"""

import os
import sys
import threading

import wasmtime


def run(path, words):
    config = wasmtime.Config()
    config.max_wasm_stack = 2 << 20
    engine = wasmtime.Engine(config)
    store, linker = wasmtime.Store(engine), wasmtime.Linker(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = [path, *words]
    wasi.env = list(os.environ.items())
    wasi.preopen_dir("/", "/")
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    linker.define_wasi()
    module = wasmtime.Module.from_file(engine, path)
    try:
        linker.instantiate(store, module).exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit_trap:
        return exit_trap.code
    except wasmtime.Trap as trap:
        print(f"trap: {trap}", file=sys.stderr)
        return 134
    return 0


def main():
    status = []
    threading.stack_size(16 << 20)
    thread = threading.Thread(target=lambda: status.append(run(sys.argv[1], sys.argv[2:])))
    thread.start()
    thread.join()
    sys.stdout.flush()
    os._exit(status[0] if status else 1)


if __name__ == "__main__":
    main()

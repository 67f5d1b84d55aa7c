"""A host for test/bench/code and size: compiles modules once and runs them many times.

usage: bench_wasmtime.py --compile MODULE       prints CPU seconds of the compilation, bytes of code
       bench_wasmtime.py --serve MODULE...      prints "ready"; then each line of the input, a
                                                module's number and arguments, runs a new instance,
                                                whose output is followed by "exit STATUS"

       bench_wasmtime.py --start KIND MODULE ROUNDS WORDS...
                                                prints for each of so many new instances microseconds
                                                of the thread: to instantiate it, and for the first
                                                call, which is _start with these arguments for the
                                                kind command, and _initialize and the export with
                                                numbers for a reactor

CPU seconds are the process's, so those of all threads that compile. With BENCH_CLOCK=cpu the guest's
clock is the process's CPU time, which is what a busy machine leaves to measure.
"""

import os
import struct
import sys
import time

import wasmtime


def compile_module(engine, path):
    with open(path, "rb") as file:
        data = file.read()
    start = time.process_time()
    module = wasmtime.Module(engine, data)
    return module, time.process_time() - start


def text_size(elf):
    """The size of .text in a compiled module, which is an ELF file of 64 bits."""
    (sections,) = struct.unpack_from("<Q", elf, 0x28)
    entry_size, count, names = struct.unpack_from("<HHH", elf, 0x3A)

    def header(number):
        return struct.unpack_from("<IIQQQQ", elf, sections + number * entry_size)

    names_offset = header(names)[4]
    for number in range(count):
        name, _, _, _, _, size = header(number)
        if elf[names_offset + name:].startswith(b".text\0"):
            return size
    raise SystemExit("no .text in wasmtime's compiled module")


def give_cpu_clock(linker):
    def clock_time_get(caller, _clock, _precision, address):
        caller["memory"].write(caller, struct.pack("<Q", time.process_time_ns()), address)
        return 0

    i32, i64 = wasmtime.ValType.i32(), wasmtime.ValType.i64()
    linker.allow_shadowing = True
    linker.define_func("wasi_snapshot_preview1", "clock_time_get",
                       wasmtime.FuncType([i32, i64, i32], [i32]), clock_time_get, access_caller=True)


def run(engine, linker, module, args):
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["program", *args]
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    exports = linker.instantiate(store, module).exports(store)
    try:
        exports["_start"](store)
    except wasmtime.ExitTrap as exit_trap:
        return exit_trap.code
    return 0


def define_stubs(linker, module):
    """What is imported beside WASI: functions that return 1, or nothing."""
    linker.allow_shadowing = True  # Go imports a function once for each package that declares it
    for needed in module.imports:
        if needed.module != "wasi_snapshot_preview1":
            value = 1 if needed.type.results else None
            linker.define_func(needed.module, needed.name, needed.type, lambda *_, v=value: v)


def start_up(kind, path, rounds, words):
    engine = wasmtime.Engine()
    module, _ = compile_module(engine, path)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    define_stubs(linker, module)
    for _ in range(rounds):
        store = wasmtime.Store(engine)
        wasi = wasmtime.WasiConfig()
        wasi.argv = ["program", *(words if kind == "command" else [])]
        wasi.inherit_stderr()
        store.set_wasi(wasi)
        before = time.thread_time_ns()
        exports = linker.instantiate(store, module).exports(store)
        between = time.thread_time_ns()
        if kind == "command":
            try:
                exports["_start"](store)
            except wasmtime.ExitTrap as exit_trap:
                if exit_trap.code != 0:
                    raise
        else:
            exports["_initialize"](store)
            exports[words[0]](store, *map(int, words[1:]))
        print((between - before) // 1000, (time.thread_time_ns() - between) // 1000)


def main():
    mode, paths = sys.argv[1], sys.argv[2:]
    if mode == "--start":
        kind, path, rounds, *words = paths
        start_up(kind, path, int(rounds), words)
        return
    engine = wasmtime.Engine()
    if mode == "--compile":
        module, seconds = compile_module(engine, paths[0])
        print(seconds, text_size(bytes(module.serialize())))
        return
    modules = [compile_module(engine, path)[0] for path in paths]
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    if os.environ.get("BENCH_CLOCK") == "cpu":
        give_cpu_clock(linker)
    print("ready", flush=True)
    for line in sys.stdin:
        number, *args = line.split()
        print("exit", run(engine, linker, modules[int(number)], args), flush=True)


main()

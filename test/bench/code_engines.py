"""The engines of `code`: hosts that compile modules once and run them many times.

JIT warm-up is kept out of the figures in three ways. Each engine has one compiler: wasmtime and
wazero compile ahead, and node gets flags that leave TurboFan alone, for all functions, before the
first call. A host compiles its modules before it says that it is ready. And the program measures
itself, by the monotonic clock, after as many operations that are not counted (testdata/programs/
codebench/measure).
"""

import os
import subprocess

import timing

ENGINES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "engines")
SETUP = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "setup.sh")

# poll_oneoff of node 20 aborts without the first one.
NODE_FLAGS = ["--no-warnings", "--no-turbo-fast-api-calls", "--no-wasm-tier-up",
              "--no-wasm-dynamic-tiering", "--no-wasm-lazy-compilation"]
TURBOFAN = ["--no-liftoff", "--allow-natives-syntax"]
LIFTOFF = ["--liftoff-only"]


def needed(cache):
    """What setup.sh finds or gets: paths of wazero's host and of the Python that has wasmtime."""
    done = subprocess.run(
        ["bash", "-c", 'set -e; source "$0"; need_engines >&2; need_wazero_host >&2; '
         'printf "%s\\n" "$WALD_PYTHON" "$WAZERO_HOST"', SETUP],
        env=timing.clean_environment() | {"WALD_CACHE": cache}, stdout=subprocess.PIPE, text=True,
        check=False)
    if done.returncode != 0:
        raise timing.Failed("setup.sh could not get the engines")
    return done.stdout.split()


def hosts(cache):
    """Of each engine the command that --compile or --serve follows."""
    python, wazero_host = needed(cache)
    node, plain_node = ["node", *NODE_FLAGS], ["node", *NODE_FLAGS[:2]]
    version = subprocess.run(["node", "-p", "process.versions.node"], check=True,
                             capture_output=True, text=True).stdout
    if int(version.split(".")[0]) < 20:
        node.append("--experimental-wasi-unstable-preview1")
        plain_node.append("--experimental-wasi-unstable-preview1")
    script = os.path.join(ENGINES, "bench_node.mjs")
    return {"wasmtime": [python, os.path.join(ENGINES, "bench_wasmtime.py")],
            "wazero": [wazero_host],
            "node": [*node, *TURBOFAN, script],
            "plain node": [*plain_node, script],  # with the tiers that it has by default
            "liftoff": [*node, *LIFTOFF, script]}


def compile_once(command, module):
    """CPU seconds of one compilation in a process of its own, and bytes of machine code."""
    done = subprocess.run([*command, "--compile", module], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise timing.Failed(f"{command[0]} cannot compile {module}:\n{done.stderr[:1000]}")
    seconds, code_bytes = done.stdout.split()
    return float(seconds), int(code_bytes)


def start_up(command, kind, module, rounds, words):
    """Of new instances: microseconds of CPU time to instantiate each, and of its first call."""
    done = subprocess.run([*command, "--start", kind, module, str(rounds), *words],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise timing.Failed(f"{command[0]} cannot start {module}:\n{done.stderr[:1000]}")
    pairs = [line.split() for line in done.stdout.splitlines()]
    if len(pairs) != rounds:
        raise timing.Failed(f"{command[0]} has started {module} {len(pairs)} times:\n{done.stdout}")
    return [int(first) for first, _ in pairs], [int(second) for _, second in pairs]


class Host:
    """A process that serves runs of its modules, by their position."""

    def __init__(self, command, modules):
        self.process = subprocess.Popen([*command, "--serve", *modules], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            self.process.wait()
            raise timing.Failed(f"{command[0]} does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def run(self, module, *args):
        """The lines that a run of the program prints."""
        self.process.stdin.write(" ".join([str(module), *map(str, args)]) + "\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line == "exit 0\n":
                return lines
            if line.startswith("exit "):
                raise timing.Failed(f"{' '.join(map(str, args))}: {line.strip()}")
            lines.append(line.rstrip("\n"))
        raise timing.Failed(f"{' '.join(map(str, args))}: the engine ended: {self.process.wait()}")


class Native:
    """The program as a process of the machine. One thread, as wasm has it."""

    def __init__(self, program):
        self.program = program
        self.env = timing.clean_environment() | {"GOMAXPROCS": "1"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, _, *args):
        done = subprocess.run([self.program, *map(str, args)], env=self.env, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise timing.Failed(f"{' '.join(map(str, args))}, native: {done.stderr}")
        return done.stdout.splitlines()

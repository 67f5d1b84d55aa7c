"""How scripts that run Go's programs in engines call the go command and the engines.

The engines are those that setup.sh's need_engines names in the environment: wazero in WAZERO, Python
with wasmtime in WALD_PYTHON; node is the one in PATH.
"""

import os

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.abspath(os.environ.get("WALD_CACHE") or os.path.join(ROOT, ".cache"))
ENGINES = {"wasip1": ("wazero", "wasmtime"), "js": ("node",)}


def go_environment(version, goos):
    """For programs that do not depend on how the user's go command is set up."""
    env = dict(os.environ)
    for name in ("GOEXPERIMENT", "GOWASM", "GOROOT", "GOWORK"):
        env.pop(name, None)
    return env | {"GOTOOLCHAIN": "go" + version, "GOOS": goos, "GOARCH": "wasm", "CGO_ENABLED": "0",
                  "GOFLAGS": "-buildvcs=false", "GOCACHE": os.path.join(CACHE, "go-build")}


def engine_command(engine, module, goroot):
    """Runs a command for wasip1 or js with the whole file system and the environment."""
    if engine == "wazero":
        return [os.environ["WAZERO"], "run", "-mount", "/:/", "-env-inherit", module]
    if engine == "wasmtime":
        return [os.environ["WALD_PYTHON"], os.path.join(HERE, "wasmtime_tests.py"), module]
    return ["node", "--stack-size=8192", os.path.join(goroot, "lib", "wasm", "wasm_exec_node.js"), module]


def run_in_turn(reference, optimized, key=lambda outcome: outcome):
    """What two modules do, by functions that run them: "same", "varies" or "DIFFERS", and the
    outcomes of both. Where the keys of the first outcomes differ, both run twice more: the module of
    reference may not do the same each time."""
    expected, actual = [reference()], [optimized()]
    if key(expected[0]) == key(actual[0]):
        return "same", expected, actual
    for _ in range(2):
        expected.append(reference())
        actual.append(optimized())
    return "varies" if len(set(map(key, expected))) > 1 else "DIFFERS", expected, actual


def engine_trapped(status, output):
    """Whether the engine ended the module: Go's runtime exits, also after a panic."""
    return (status == 134 and "trap: " in output) or "wasm error: " in output

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


def engine_trapped(status, output):
    """Whether the engine ended the module: Go's runtime exits, also after a panic."""
    return (status == 134 and "trap: " in output) or "wasm error: " in output

"""Generated Go programs of unusual size, compiled and ready to link: for `scale` and the bench."""

import concurrent.futures
import os
import random
import subprocess
import sys

PACKAGE_SIZE = 1000
EMBED_BYTES = 30 << 20
NUM_INITS = 4000


def run(command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


class Toolchain:
    def __init__(self, version):
        self.version = version
        self.env = {k: v for k, v in os.environ.items() if k not in ("GOFLAGS", "GOEXPERIMENT")}
        self.env |= {"GOTOOLCHAIN": "go" + version, "GOOS": "wasip1", "GOARCH": "wasm",
                     "GOWORK": "off"}
        self.env["GOROOT"] = self.go("env", "GOROOT").strip()
        self.tools = self.go("env", "GOTOOLDIR").strip()
        self.linker = os.path.join(self.tools, "link")
        self.std = self.go("list", "-export", "-deps", "-f",
                           "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}",
                           "fmt", "embed")

    def go(self, *words):
        env = {k: v for k, v in self.env.items() if k != "GOROOT"}
        return run(["go", *words], env=env, cwd="/")


class Program:
    """Packages in a folder, compiled one by one: go build is slow with thousands of them."""

    def __init__(self, toolchain, folder):
        self.toolchain, self.folder = toolchain, folder
        self.packages = []  # (path, source, compile flags), in an order of imports
        self.main = "main"  # name of its files
        os.makedirs(folder, exist_ok=True)

    def add(self, path, source, *flags):
        self.packages.append((path, source, list(flags)))

    def file(self, path):
        name = self.main if path == "main" else path.replace("/", "_")
        return os.path.join(self.folder, name)

    def compile(self, package):
        path, source, flags = package
        go, archive = self.file(path) + ".go", self.file(path) + ".a"
        if os.path.exists(archive) and os.path.exists(go):
            with open(go, encoding="utf-8") as file:
                if file.read() == source:
                    return
        with open(go, "w", encoding="utf-8") as file:
            file.write(source)
        temporary = f"{archive}.{os.getpid()}.tmp"
        done = subprocess.run(
            [os.path.join(self.toolchain.tools, "compile"), "-p", path, "-complete", "-pack",
             "-importcfg", self.importcfg, "-trimpath", self.folder + "=>/scale", "-c=1", *flags,
             "-o", temporary, go], env=self.toolchain.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"cannot compile {path}: {done.stdout}{done.stderr}")
        os.rename(temporary, archive)

    def build(self, levels):
        """Compile; packages of one level do not import each other."""
        self.importcfg = os.path.join(self.folder, "importcfg")
        with open(self.importcfg, "w", encoding="utf-8") as file:
            file.write(self.toolchain.std)
            for path, _, _ in self.packages:
                file.write(f"packagefile {path}={self.file(path)}.a\n")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for level in levels:
                list(pool.map(self.compile, level))

    def link_arguments(self):
        """Without the output: linker -o OUT ARGUMENTS."""
        return ["-importcfg", self.importcfg, "-buildid=scale", self.file("main") + ".a"]


def make_functions(program, count, with_method):
    packages = count // PACKAGE_SIZE
    for p in range(packages):
        names = [f"F{i}" for i in range(PACKAGE_SIZE - 1)]
        lines = [f"package p{p}", ""]
        for i, name in enumerate(names):
            lines += ["//go:noinline",
                      f"func {name}(x int) int {{ return x*{p * 7 + i} + {i * i % 251} }}", ""]
        lines += ["var table = [...]func(int) int{" + ", ".join(names) + "}", "",
                  "func All(x int) int {", "\tfor _, f := range table {", "\t\tx += f(x)", "\t}"]
        lines += [f"\tx += {name}(x)" for name in names]
        lines += ["\treturn x", "}", ""]
        program.add(f"p{p}", "\n".join(lines))
    imports = "".join(f'\t"p{p}"\n' for p in range(packages))
    calls = "".join(f"\tx = p{p}.All(x)\n" for p in range(packages))
    method = ""
    if with_method:
        program.main = "methods"
        calls += "\tx += sum(number(x))\n"
        method = ("\ntype number int\n\nfunc (n number) Sum() int { return int(n) + 1 }\n\n"
                  "//go:noinline\nfunc sum(x interface{ Sum() int }) int { return x.Sum() }\n")
    program.add("main", f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n\tx := 1\n{calls}"
                        f"\tprintln(x)\n}}\n{method}")
    program.build([program.packages[:-1], program.packages[-1:]])


def make_embed(program):
    data = os.path.join(program.folder, "data.bin")
    if not os.path.exists(data) or os.path.getsize(data) != EMBED_BYTES:
        source = random.Random(1)
        half = EMBED_BYTES // 2
        with open(data, "wb") as file:
            file.write(source.randbytes(half))
            block = b"".join(source.randrange(256).to_bytes(source.choice([4, 8, 16, 64]), "little")
                             for _ in range(1000))
            file.write((block * (half // len(block) + 1))[:half])
    config = os.path.join(program.folder, "embedcfg")
    with open(config, "w", encoding="utf-8") as file:
        file.write('{"Patterns": {"data.bin": ["data.bin"]}, "Files": {"data.bin": "%s"}}' % data)
    program.add("main", """package main

import _ "embed"

//go:embed data.bin
var text string

//go:embed data.bin
var bytes []byte

func main() { println(len(text), len(bytes), text[1<<20], bytes[20<<20]) }
""", "-embedcfg", config)
    program.build([program.packages])


def make_inits(program):
    """Package i imports the packages i/2 and i/3, so that order matters; main imports all."""
    levels, level_of = [], {}
    for i in range(1, NUM_INITS + 1):
        imported = sorted({i // 2, i // 3} - {0})
        imports = "".join(f'import "tree/p{j}"\n' for j in imported)
        value = " + ".join([str(i), *(f"p{j}.Value" for j in imported)])
        program.add(f"tree/p{i}",
                    f"package p{i}\n\n{imports}\nvar Value = number()\n\n"
                    f"//go:noinline\nfunc number() int {{ return ({value}) & 0xffff }}\n\n"
                    f"func init() {{ Value ^= {i} }}\n")
        level_of[i] = 1 + max((level_of[j] for j in imported), default=-1)
        if level_of[i] == len(levels):
            levels.append([])
        levels[level_of[i]].append(program.packages[-1])
    imports = "".join(f'\t"tree/p{i}"\n' for i in range(1, NUM_INITS + 1))
    values = "".join(f"\tx += p{i}.Value\n" for i in range(1, NUM_INITS + 1))
    program.add("main",
                f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n\tx := 0\n{values}"
                "\tprintln(x)\n}\n")
    program.build([*levels, program.packages[-1:]])


def make(toolchain, cache, name):
    """The compiled program "functions-N", "methods-N", "embed" or "inits", kept below `cache`."""
    kind, _, count = name.partition("-")
    folder = name.replace("methods-", "functions-")  # they share packages
    program = Program(toolchain, os.path.join(cache, toolchain.version, folder))
    if kind in ("functions", "methods"):
        make_functions(program, int(count), kind == "methods")
    else:
        {"embed": make_embed, "inits": make_inits}[kind](program)
    return program

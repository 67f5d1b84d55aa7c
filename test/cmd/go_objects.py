"""What wald dump tells of Go objects: definitions, and the references between them.

Packages that define the same generic instance may compile it differently: the references are those of the
package that the linker took it from. Equal definitions by content are one symbol. Of several symbols with
one name, an object's have numbers beside it.
"""
import collections
import itertools
import re
import subprocess

RELOC = re.compile(r"^reloc (.*)\+(\d+) (weak )?(R_\w+) .*?-> (.*)$")
OWNER = re.compile(r"^(?:reloc|aux) (.*#\d+)[+ ]")
AUX = re.compile(r"^aux (.*) (funcdata|wasmimport|wasmtype) -> (.*)$")
SYMBOL = re.compile(r"^symbol (\d+) (.*) group=(\S+) kind=\S+ .*?(?:flags=(\S+))?(?: hash=(.*))?$")
REFFLAGS = re.compile(r"^refflags (.*) flags=(\S+)$")
NUMBERED = re.compile(r"#(\d+)$")  # of an object: without a name, with a long one, or one of several
IN_PACKAGE = re.compile(r"^(\S+)#(\d+)(?: (.*))?$")
MEMBER = re.compile(r'^member "(.*)" offset=')
COMPILED = "_go_.o"  # the object that packages' numbers are of; others are from assembly
ENTRIES = ("_rt0_wasm_wasip1_lib", "_rt0_wasm_wasip1", "_rt0_wasm_js")  # the first refers to the second
ROOTS = {"go:main.inittasks", "runtime.unreachableMethod"}
NOTES = {"R_USETYPE", "R_USEIFACE", "R_USEIFACEMETHOD", "R_USENAMEDMETHOD", "R_INITORDER"}


class Objects:
    def __init__(self, wald, archives, package_of):
        self.references = collections.defaultdict(set)
        self.kinds = collections.defaultdict(lambda: collections.defaultdict(set))  # of any reference
        self.methods = collections.defaultdict(list)  # of a type, in threes
        self.to_interface = collections.defaultdict(set)
        self.init_order = collections.defaultdict(set)
        self.by_number = {}  # by package, object and number
        self.by_name = {}  # by package, object and name, where that is not the name
        self.ignored = set()  # definitions, by package, object and how it calls them
        self.in_package = collections.defaultdict(set)  # what a name of a package may mean
        self.by_content, self.content_of = {}, {}  # equal definitions are one symbol, others of the name not
        self.exports = set()
        self.itab_type, self.types, self.itabs, self.in_interface = {}, set(), set(), set()
        definers = collections.defaultdict(list)
        files = dict(archive.split("=", 1) for archive in archives)
        # The program's own path is not what the linker calls it.
        main = next(path for path, file in files.items() if "package main" in self.dump(wald, file))
        files["main"] = files.pop(main)
        symbols = {package: list(self.dump(wald, file, "--symbols")) for package, file in files.items()}
        for package in files:
            for name in self.read_symbols(symbols[package], package):
                definers[name].append(package)
        for package, file in files.items():
            def is_used(of, package=package):
                packages = definers.get(of, ())
                wanted = package_of.get(of)
                return len(packages) < 2 or package == (wanted if wanted in packages else packages[0])
            self.is_used = is_used
            for line in itertools.chain(symbols[package], self.dump(wald, file, "--relocs", "--aux")):
                self.read(line, package)
        for list_, root in (("go:main.inittasks", "main..inittask"), ("go:runtime.inittasks", "runtime..inittask")):
            self.references[list_] = self.closure([root], self.init_order)
            for task in self.references[list_]:
                self.kinds[list_][task].add("R_ADDR")
        self.references["runtime.runtime_inittasks"] = {"go:runtime.inittasks"}
        self.kinds["runtime.runtime_inittasks"]["go:runtime.inittasks"].add("R_ADDR")

    @staticmethod
    def dump(wald, archive, *options):
        for option in options or (None,):
            words = [wald, "dump", *([option] if option else []), archive]
            yield from subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()

    def read_symbols(self, lines, package):
        """Names that it defines. One of several, and one without, has its package and number with it."""
        objects = collections.defaultdict(list)
        for line in lines:
            if found := MEMBER.match(line):
                symbols = objects[found[1]]
            elif found := SYMBOL.match(line):
                symbols.append(found)
        return {name for member, symbols in objects.items() for name in self.definitions(symbols, package, member)}

    def definitions(self, symbols, package, member):
        times = collections.Counter(symbol[2] for symbol in symbols if symbol[3] != "ref")
        definitions = set()
        for symbol in symbols:
            name = symbol[2]
            if name.startswith("#"):
                name = package + "#" + member + name
            elif symbol[3] == "nonpkg" and name in definitions:
                self.ignored.add((package, member, name + "#" + symbol[1]))  # by name; the first counts
            elif symbol[3] not in ("nonpkg", "ref") and times[name] > 1:
                name += "#" + package + "#" + member + "#" + symbol[1]
            if symbol[5]:
                content, unique = (symbol[3], symbol[5]), "#".join((symbol[2], package, member, symbol[1]))
                if content not in self.by_content:
                    is_first = self.content_of.setdefault(name, content) == content
                    self.by_content[content] = name if is_first else unique
                name = self.by_content[content]
            self.in_package[package, symbol[2]].add(name)
            if name != symbol[2]:
                self.by_name[package, member, symbol[2]] = name
            self.by_number[package, member, int(symbol[1])] = name
            if symbol[3] != "ref":
                definitions.add(name)
            flags = (symbol[4] or "").split(",")
            if "gotype" in flags:
                self.types.add(name)
            if "itab" in flags:
                self.itabs.add(name)
            if "usediniface" in flags:
                self.in_interface.add(name)
            if "wasmexport" in flags:
                self.exports.add(name)
        return definitions

    def read(self, line, package):
        def name(text):
            found = IN_PACKAGE.match(text)
            key = found and (found[1], COMPILED, int(found[2]))
            if found and (found[3] or key in self.by_number):
                return self.by_number.get(key, found[3])
            if found := NUMBERED.search(text):
                return self.by_number[package, self.member, int(found[1])]
            return self.by_name.get((package, self.member, text)) or text.removeprefix("builtin:")

        if found := MEMBER.match(line):
            self.member = found[1]
        elif (found := OWNER.match(line)) and (package, self.member, found[1]) in self.ignored:
            pass
        elif found := REFFLAGS.match(line):
            if "usediniface" in found[2].split(","):
                self.in_interface.add(name(found[1]))
        elif found := AUX.match(line):
            if self.is_used(name(found[1])):
                self.references[name(found[1])].add(name(found[3]))
                self.kinds[name(found[1])][name(found[3])].add("aux")
        elif found := RELOC.match(line):
            of, offset, weak, kind, target = name(found[1]), int(found[2]), found[3], found[4], name(found[5])
            if of in self.itabs and offset == 8:
                self.itab_type[of] = target
            if weak or kind.startswith("R_DW") or not self.is_used(of):
                return
            self.kinds[of][target].add(kind)
            if kind == "R_METHODOFF":
                self.methods[of].append(target)
            elif kind == "R_USEIFACE":
                self.to_interface[of].add(target)
            elif kind == "R_INITORDER":
                self.init_order[of].add(target)
            elif kind not in NOTES:
                self.references[of].add(target)

    def roots(self, live):
        """Of a program in which these names are."""
        return ROOTS | self.exports | {next(name for name in ENTRIES if name in live)}

    @staticmethod
    def closure(roots, edges, without=None):
        reached, open_ = set(roots), list(roots)
        while open_:
            for target in edges.get(open_.pop(), ()):
                if target not in reached and target != without:
                    reached.add(target)
                    open_.append(target)
        return reached

    def graph(self, roots, alive):
        """With the methods of types in interfaces: which types these are depends on what is live."""
        edges = {of: set(targets) for of, targets in self.references.items()}
        in_interface = set(self.in_interface)
        while True:
            live = self.closure(roots, edges)
            before = len(in_interface)
            for of in live:
                for target in self.to_interface.get(of, ()):
                    in_interface.add(self.itab_type.get(target, target))
            open_ = [of for of in in_interface if of in live]
            while open_:
                of = open_.pop()
                parts = [target for target in self.references.get(of, ()) if target in self.types]
                for part in parts + self.methods.get(of, [])[::3]:
                    if part not in in_interface:
                        in_interface.add(part)
                        if part in live:
                            open_.append(part)
            grown = False
            for of in in_interface & live:
                for target in self.methods.get(of, []):
                    if target in alive and target not in edges.setdefault(of, set()):
                        edges[of].add(target)
                        grown = True
            if not grown and len(in_interface) == before:
                return edges

#!/usr/bin/env python3
"""Holds the retained sizes of a report against the references that wald dump finds in the objects.

usage: confirm_retained.py WALD REPORT.json PACKAGE=ARCHIVE...

For some symbols, those that keep most and others, everything is walked anew without the symbol: what
is not reached any more has to have the bytes that the report says. A type in an interface leads to
those of its methods that are in the program. Packages that define the same generic instance may compile
it differently: the references are those of the package that the report names. Of several symbols with one
name, an object's have numbers beside it; where more than one is in the program, what keeps one of them
and not all is left out.
"""
import collections
import json
import re
import subprocess
import sys

RELOC = re.compile(r"^reloc (.*)\+(\d+) (weak )?(R_\w+) .*?-> (?:builtin:|\S+#\d+ )?(.*)$")
AUX = re.compile(r"^aux (.*) (funcdata|wasmimport|wasmtype) -> (?:builtin:|\S+#\d+ )?(.*)$")
SYMBOL = re.compile(r"^symbol (\d+) (.*) group=(\S+) kind=\S+ .*?(?:flags=(\S+))?(?: hash=(.*))?$")
REFFLAGS = re.compile(r"^refflags (?:builtin:|\S+#\d+ )?(.*) flags=(\S+)$")
NUMBERED = re.compile(r"#\d+$")  # without a name, or one of several
NOTES = {"R_USETYPE", "R_USEIFACE", "R_USEIFACEMETHOD", "R_USENAMEDMETHOD", "R_INITORDER"}
NUM_LARGEST, EVERY = 60, 40


class Objects:
    def __init__(self, wald, archives, package_of):
        self.references = collections.defaultdict(set)
        self.methods = collections.defaultdict(list)  # of a type, in threes
        self.to_interface = collections.defaultdict(set)
        self.init_order = collections.defaultdict(set)
        self.by_content, self.first_name = {}, {}  # equal definitions are one symbol
        self.itab_type, self.types, self.itabs, self.in_interface = {}, set(), set(), set()
        definers, files = collections.defaultdict(list), []
        for archive in archives:
            package, file = archive.split("=", 1)
            self.definitions = set()
            self.read_all(wald, file, lambda of: True, "--symbols")
            # The program's own path is not what the linker calls it.
            files.append(("main" if "main.main" in self.definitions else package, file))
            for name in self.definitions:
                definers[name].append(files[-1][0])
        for package, file in files:
            def is_used(of, package=package):
                those = definers.get(of, ())
                wanted = package_of.get(of)
                return len(those) < 2 or package == (wanted if wanted in those else those[0])
            self.read_all(wald, file, is_used, "--relocs", "--aux")
        self.references, self.to_interface = self.joined(self.references), self.joined(self.to_interface)
        for list_, root in (("go:main.inittasks", "main..inittask"), ("go:runtime.inittasks", "runtime..inittask")):
            self.references[list_] = self.closure([root], self.init_order)
        self.references["runtime.runtime_inittasks"] = {"go:runtime.inittasks"}

    def read_all(self, wald, archive, is_used, *options):
        for option in options:
            text = subprocess.run([wald, "dump", option, archive], check=True, capture_output=True, text=True).stdout
            lines = text.splitlines()
            if option == "--symbols":
                found = [found for found in map(SYMBOL.match, lines) if found]
                times = collections.Counter(symbol[2] for symbol in found if symbol[3] != "ref")
                for symbol in found:
                    several = symbol[3] != "ref" and times[symbol[2]] > 1
                    self.read_symbol(symbol, archive + symbol[2] + "#" + symbol[1] if several else symbol[2], archive)
            for line in lines:
                self.read(line, archive, is_used)

    def read_symbol(self, found, name, archive):
        name = archive + name if name.startswith("#") else name
        if found[3] != "ref":
            self.definitions.add(name)
        if found[5]:
            self.first_name[name] = self.by_content.setdefault((found[3], found[5]), name)
        flags = (found[4] or "").split(",")
        if "gotype" in flags:
            self.types.add(name)
        if "itab" in flags:
            self.itabs.add(name)
        if "usediniface" in flags:
            self.in_interface.add(name)

    def read(self, line, archive, is_used):
        def name(text):  # one of an object without a name of its own
            return archive + text if NUMBERED.search(text) else text

        if found := REFFLAGS.match(line):
            if "usediniface" in found[2].split(","):
                self.in_interface.add(found[1])
        elif found := AUX.match(line):
            if is_used(name(found[1])):
                self.references[name(found[1])].add(name(found[3]))
        elif found := RELOC.match(line):
            of, offset, weak, kind, target = name(found[1]), int(found[2]), found[3], found[4], name(found[5])
            if of in self.itabs and offset == 8:
                self.itab_type[of] = target
            if weak or kind.startswith("R_DW") or not is_used(of):
                return
            if kind == "R_METHODOFF":
                self.methods[of].append(target)
            elif kind == "R_USEIFACE":
                self.to_interface[of].add(target)
            elif kind == "R_INITORDER":
                self.init_order[of].add(target)
            elif kind not in NOTES:
                self.references[of].add(target)

    def joined(self, edges):
        """Between the first of equal definitions: no edge leads to one of the others."""
        first, result = self.first_name.get, collections.defaultdict(set)
        for of, targets in edges.items():
            result[first(of, of)] |= {first(target, target) for target in targets}
        return result

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


def main():
    wald, report, *archives = sys.argv[1:]
    report = json.load(open(report, encoding="utf-8"))
    package_of = {symbol["name"]: symbol["package"] for symbol in report["symbols"]}
    objects = Objects(wald, archives, package_of)
    sizes, counts, retained = collections.Counter(), collections.Counter(), {}
    roots = {"_rt0_wasm_wasip1", "go:main.inittasks", "runtime.unreachableMethod"}
    functions = set()
    for symbol in report["symbols"]:
        name = objects.first_name.get(symbol["name"], symbol["name"])
        counts[name] += 1
        if "retained" in symbol:
            sizes[name] += symbol["size"]
            retained[name] = symbol["retained"]
        if "code" in symbol["parts"]:
            functions.add(name)
        if "export" in symbol["parts"]:
            roots.add(name)
    edges = objects.graph(roots, set(retained))
    live = objects.closure(roots, edges)
    # The one of several with a name that is in the program is who the report means.
    those = collections.defaultdict(list)
    for name in live:
        if NUMBERED.search(name) and ".a" in name:
            those[NUMBERED.sub("", name).split(".a", 1)[1]].append(name)
    for name, numbered in those.items():
        if counts[name] == 1 and len(numbered) == 1:
            for table in (sizes, retained, counts):
                if name in table:
                    table[numbered[0]] = table.pop(name)
    missing = [name for name in functions & set(sizes) if name not in live and counts[name] == 1]
    names = sorted((name for name in retained if counts[name] == 1 and name in live and name not in roots),
                   key=lambda name: (-retained[name], name))
    right, wrong, num_blurred = 0, [], 0
    for name in names[:NUM_LARGEST] + names[NUM_LARGEST::EVERY]:
        gone = live - objects.closure(roots - {name}, edges, without=name)
        if any(counts[target] > 1 and target not in gone for of in gone for target in edges.get(of, ())):
            num_blurred += 1
            continue
        kept = sum(sizes[other] for other in gone)
        if kept == retained[name]:
            right += 1
        else:
            wrong.append(f"{name}: {retained[name]} in the report, {kept} by the objects' references")
    if missing or wrong or right < 50:
        print(f"{right} are right, {len(wrong)} wrong; {len(missing)} functions not reached: {missing[:5]}")
        print("\n".join(wrong[:20]))
        sys.exit(1)
    print(f"retained sizes confirmed: {right}; {num_blurred} keep one of several with the same name")


main()

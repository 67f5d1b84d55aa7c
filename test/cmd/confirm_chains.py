#!/usr/bin/env python3
"""Holds what --why-live=* printed against the references that wald dump finds in the objects.

usage: confirm_chains.py WALD REPORT PACKAGE=ARCHIVE...

Each step has to be a reference of its object, each chain has to end at a root, and no chain of plain
references may be shorter than the one that was printed. Prints how many chains there were.
"""
import collections
import re
import sys

from go_objects import Objects

SYMBOL = re.compile(r"live symbol: (.*), (\d+) steps? from a root$")
# What a reference of this kind needs before it keeps its target, or that it keeps nothing.
NOTES = {"R_USETYPE", "R_USEIFACE", "R_USEIFACEMETHOD", "R_USENAMEDMETHOD", "R_METHODOFF", "R_INITORDER"}
STEP = re.compile(r"^>>> ( *)(called by its name from generic code:|called by|referenced by|belongs to|method of|"
                  r"called through an interface by|its type is put into an interface by|"
                  r"its type is in an interface as a part of|may be called by reflection, by) (.*)$")
# Steps to what refers, and the kinds that may stand for each.
REFERENCES = {"called by": lambda has: "R_CALL" in has, "belongs to": lambda has: "aux" in has,
              "method of": lambda has: "R_METHODOFF" in has, "referenced by": lambda has: has - NOTES}
CAUSES = {"called through an interface by": "R_USEIFACEMETHOD",
          "its type is put into an interface by": "R_USEIFACE",
          "called by its name from generic code:": "R_USENAMEDMETHOD"}


def name_and_package(text):
    """Of "NAME (package PATH, FILE:LINE)", where the package may be missing."""
    name, _, rest = text.rpartition(" (package ")
    return (name, rest.split(",")[0].rstrip(")")) if name else (text, None)


def read_chains(report):
    chains, lines = [], None
    with open(report, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if found := SYMBOL.match(line):
                lines = []
                chains.append((name_and_package(found[1]), int(found[2]), lines))
            elif lines is not None and line.startswith(">>> "):
                lines.append(line)
    return chains


class Checker:
    def __init__(self, objects, live):
        self.objects, self.problems, self.methods = objects, 0, 0
        self.roots = objects.roots(live)
        self.distance, self.before = dict.fromkeys(self.roots, 0), {}
        queue = collections.deque(self.roots)
        while queue:
            name = queue.popleft()
            for target, kinds in objects.kinds.get(name, {}).items():
                if target not in self.distance and kinds - NOTES:
                    self.distance[target] = self.distance[name] + 1
                    self.before[target] = name
                    queue.append(target)

    def complain(self, text):
        self.problems += 1
        print("FAIL:", text, file=sys.stderr)

    def definitions(self, name, package):
        """All that the report's words may mean; several only where an object has several of the name."""
        return self.objects.in_package.get((package, name)) or {name}

    def judge(self, symbol, count, lines):
        wanted = at = self.definitions(*symbol)
        steps, plain, in_first = 0, True, True
        for line in lines:
            if line.startswith(">>> root: "):
                if not at & self.roots:
                    self.complain(f"{symbol}: {at} is no root: {line}")
                in_first = False
                continue
            step = STEP.match(line)
            if not step:
                continue
            verb, those = step[2], self.definitions(*name_and_package(step[3]))
            if fits := REFERENCES.get(verb):
                from_ = {name for name in those for target in at
                         if fits(self.objects.kinds.get(name, {}).get(target, set()))}
                if not from_:
                    self.complain(f"{symbol}: no such reference to {at}: {line}")
                if in_first and not steps:
                    self.methods += verb == "method of"
                    # Of several with the name, those that this step means.
                    wanted = {target for target in at for name in from_
                              if fits(self.objects.kinds.get(name, {}).get(target, set()))} or at
                if in_first:
                    steps += 1
                    plain &= verb != "method of"
                at = from_ or those
                continue
            mark = CAUSES.get(verb)
            if mark and not any(mark in kinds for name in those
                                for kinds in self.objects.kinds.get(name, {}).values()):
                self.complain(f"{symbol}: no {mark}: {line}")
            if not step[1]:
                at = those
        if in_first:
            self.complain(f"{symbol}: no root")
        if steps != count:
            self.complain(f"{symbol}: {count} steps, and {steps} lines")
        distances = [self.distance.get(name) for name in wanted]
        if not any(known == steps if plain else known is None or known >= steps for known in distances):
            chain = [min(wanted, key=lambda name: self.distance.get(name, 0))]
            while chain[-1] in self.before:
                chain.append(self.before[chain[-1]])
            self.complain(f"{symbol}: {steps} steps, but {distances} by the objects: {chain}")


def main():
    wald, report, *archives = sys.argv[1:]
    chains = read_chains(report)
    package_of = dict(symbol for symbol, _, _ in chains)
    checker = Checker(Objects(wald, archives, package_of), package_of)
    for chain in chains:
        checker.judge(*chain)
    print(f"chains confirmed: {len(chains)}, {checker.methods} of methods; {checker.problems} wrong")
    sys.exit(1 if checker.problems or len(chains) < 1000 or not checker.methods else 0)


main()

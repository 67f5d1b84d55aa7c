#!/usr/bin/env python3
"""Holds what --why-live printed against the references that wald dump finds in the objects.

usage: confirm_chains.py WALD REPORT ARCHIVE...

Each step has to be a reference of its object, and no chain of plain references may be shorter than
the one that was printed. Chains through definitions by content are left out: equal ones are one symbol
to the linker, under the first one's name, which the objects do not tell. Prints how many chains there
were.
"""
import collections
import re
import subprocess
import sys

RELOC = re.compile(r"^reloc (.*)\+\d+ (weak )?(R_\w+) .*?-> (?:builtin:|\S+#\d+ )?(.*)$")
CONTENT = re.compile(r"^symbol \d+ (.*) group=hashed(64)? ")
SYMBOL = re.compile(r"live symbol: (.*), (\d+) steps? from a root$")
NUMBER = re.compile(r"#\d+$")
AUX = re.compile(r"^aux (.*) (funcdata|wasmimport|wasmtype) -> (?:builtin:|\S+#\d+ )?(.*)$")
ROOTS = ["_rt0_wasm_wasip1", "go:main.inittasks", "runtime.unreachableMethod"]
NOTES = {"R_USETYPE", "R_USEIFACE", "R_USEIFACEMETHOD", "R_USENAMEDMETHOD", "R_METHODOFF", "R_INITORDER"}
STEP = re.compile(r"^>>> ( *)(called by its name from generic code:|called by|referenced by|belongs to|method of|"
                  r"called through an interface by|its type is put into an interface by|"
                  r"its type is in an interface as a part of|may be called by reflection, by) (.*)$")


def name_of(text):
    return text.rsplit(" (package ", 1)[0]


def read_objects(wald, archives):
    references = collections.defaultdict(lambda: collections.defaultdict(set))
    inits, by_content = set(), {"go:runtime.inittasks"}  # made by the linker
    for archive in archives:
        for flag, pattern in (("--relocs", RELOC), ("--aux", AUX), ("--symbols", CONTENT)):
            text = subprocess.run([wald, "dump", flag, archive], check=True, capture_output=True, text=True).stdout
            for line in text.splitlines():
                found = pattern.match(line)
                if not found:
                    continue
                # Those without a name have a number in their object, those of one name count together.
                names = [f"{archive}{name}" if (name or "").startswith("#") else NUMBER.sub("", name or "")
                         for name in found.groups()]
                found = [found[0], *names]
                if pattern is CONTENT:
                    by_content.add(found[1])
                elif pattern is AUX:
                    references[found[1]][found[3]].add("aux")
                elif not found[2] and not found[3].startswith("R_DW"):
                    references[found[1]][found[4]].add(found[3])
                    if found[1].endswith("..inittask"):
                        inits.add(found[1])
    references["go:main.inittasks"] = {init: {"R_ADDR"} for init in inits}
    return references, by_content


def distances(references):
    distance, before = dict.fromkeys(ROOTS, 0), {}
    queue = collections.deque(ROOTS)
    while queue:
        name = queue.popleft()
        for target, kinds in references.get(name, {}).items():
            if target not in distance and kinds - NOTES:
                distance[target] = distance[name] + 1
                before[target] = name
                queue.append(target)
    return distance, before


def main():
    wald, report, *archives = sys.argv[1:]
    references, by_content = read_objects(wald, archives)
    distance, before = distances(references)
    chains = methods = problems = 0

    def complain(text):
        nonlocal problems
        problems += 1
        print("FAIL:", text, file=sys.stderr)

    def judge(lines):
        nonlocal chains, methods
        text, count = SYMBOL.match(lines[0]).groups()
        symbol = at = name_of(text)
        steps, plain, in_first = 0, True, True
        chains += 1
        for line in lines[1:]:
            if line.startswith(">>> root: "):
                if at not in ROOTS:
                    complain(f"{symbol}: {at} is no root")
                in_first = False
                continue
            step = STEP.match(line)
            if not step:
                continue
            verb, name = step[2], name_of(step[3])
            kinds = references.get(name, {})
            if verb in ("called by", "referenced by", "belongs to", "method of"):
                has = kinds.get(at, set())
                is_there = {"called by": "R_CALL" in has, "belongs to": "aux" in has,
                            "method of": "R_METHODOFF" in has}.get(verb, bool(has - NOTES))
                if not is_there:
                    complain(f"{symbol}: {name} has no such reference to {at}: {line}")
                if in_first:
                    steps += 1
                    plain &= verb != "method of"
                methods += verb == "method of" and at == symbol
                at = name
                continue
            mark = {"called through an interface by": "R_USEIFACEMETHOD",
                    "its type is put into an interface by": "R_USEIFACE",
                    "called by its name from generic code:": "R_USENAMEDMETHOD"}.get(verb)
            if mark and not any(mark in has for has in kinds.values()):
                complain(f"{symbol}: {name} has no {mark}: {line}")
            if not step[1]:
                at = name
        if steps != int(count):
            complain(f"{symbol}: {count} steps, and {steps} lines")
        known = distance.get(symbol)
        if known is not None and known < steps:
            chain = [symbol]
            while chain[-1] in before:
                chain.append(before[chain[-1]])
            complain(f"{symbol}: a chain of {known} references is shorter than {steps}: {chain}")
        elif plain and known != steps:
            complain(f"{symbol}: {steps} steps, but {known} by the objects")

    reports, lines = [], []
    for line in open(report, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("live symbol: "):
            lines = []
            reports.append(lines)
        lines.append(line)
    left_out = 0
    for lines in reports:
        names = {name_of(step[3]) for step in map(STEP.match, lines) if step}
        names.add(name_of(SYMBOL.match(lines[0])[1]))
        if names & by_content:
            left_out += 1
            continue
        judge(lines)
    print(f"{chains} chains, {methods} of methods; {left_out} through definitions by content left out")
    sys.exit(1 if problems or chains < 1000 or not methods else 0)


main()

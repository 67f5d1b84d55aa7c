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
import sys

from go_objects import Objects

NUM_LARGEST, EVERY = 60, 40


def base(name):
    """Without what tells it apart from others of the name."""
    return name.split("#", 1)[0] if "#" in name[1:] else name


def main():
    wald, report, *archives = sys.argv[1:]
    report = json.load(open(report, encoding="utf-8"))
    package_of = {symbol["name"]: symbol["package"] for symbol in report["symbols"]}
    objects = Objects(wald, archives, package_of)
    sizes, counts, retained = collections.Counter(), collections.Counter(), {}
    functions = set()
    for symbol in report["symbols"]:
        those = objects.in_package.get((symbol["package"], symbol["name"]), ())
        name = next(iter(those)) if len(those) == 1 else symbol["name"]
        counts[name] += 1
        if "retained" in symbol:
            sizes[name] += symbol["size"]
            retained[name] = symbol["retained"]
        if "code" in symbol["parts"]:
            functions.add(name)
    roots = objects.roots(package_of)
    edges = objects.graph(roots, set(retained))
    live = objects.closure(roots, edges)
    # Of several with a name, those in the program are whom the report means.
    those = collections.defaultdict(set)
    for name in live:
        those[base(name)].add(name)
    for name, several in those.items():
        if name not in several:
            for table in (sizes, retained, counts):
                if name in table:
                    table[min(several)] = table.pop(name)
    several_of = {name: several for several in those.values() if len(several) > 1 for name in several}
    missing = [name for name in functions & set(sizes) if name not in live and counts[name] == 1]
    names = sorted((name for name in retained if counts[name] == 1 and name in live and name not in roots),
                   key=lambda name: (-retained[name], name))
    right, wrong, num_blurred = 0, [], 0
    for name in names[:NUM_LARGEST] + names[NUM_LARGEST::EVERY]:
        gone = live - objects.closure(roots - {name}, edges, without=name)
        if any(not several_of.get(of, gone) <= gone for of in gone) or any(
                counts[target] > 1 and target not in gone for of in gone for target in edges.get(of, ())):
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

#!/bin/bash
# Every rule that wald knows has a row in the table of directives/RULES.md, with the severity, the
# summary and what the reference does as `wald check --rules` has them, and a paragraph with a wrong
# and a right example; and the file has no others.
# usage: rules_docs_test.sh [WALD [RULES.md]]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
rules=${2:-$here/../../directives/RULES.md}

"$wald" check --rules | python3 -c '
import re, sys
failures = 0
def fail(text):
    global failures
    failures += 1
    print("FAIL:", text, file=sys.stderr)

rules, rows, paragraphs, in_section = {}, {}, {}, False
for rule, severity, in_links, summary, reference in re.findall(
        r"^(\S+) \((\w+)(, in every link)?\)\n  (.*)\n  go build: (.*)$", sys.stdin.read(), re.M):
    rules[rule] = (severity, "yes" if in_links else "", summary, reference)
section = open(sys.argv[1], encoding="utf-8").read()
for row in re.findall(r"^\| \[`.*$", section, re.M):
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    name = re.fullmatch(r"\[`(.*)`\]\(#(.*)\)", cells[0])
    if not name or name[1] != name[2] or name[1] in rows:
        fail(f"the row {row}")
    else:
        rows[name[1]] = tuple(cells[1:])
for paragraph in section.split("\n### ")[1:]:
    name, _, body = paragraph.partition("\n")
    if name in paragraphs:
        fail(f"{name} has two paragraphs")
    paragraphs[name] = body
if len(rules) < 40:
    fail(f"wald check --rules has {len(rules)} rules")
for rule, facts in rules.items():
    if rows.get(rule) != facts:
        fail(f"{rule}: the table has {rows.get(rule)}, wald check --rules {facts}")
    # Each example is a block of code after a line that ends with its title.
    if not re.search(r"(Wrong|Found).*:\n\n    \S[\s\S]*\n\n(Right|Not found).*:\n\n    \S",
                     paragraphs.get(rule, "")):
        fail(f"{rule} has no paragraph with a wrong and a right example")
for rule in (rows.keys() | paragraphs.keys()) - rules.keys():
    fail(f"{rule} is in the table, and wald has no such rule")
for names in (rows, paragraphs):
    if list(names) != sorted(names):
        fail("the rules are not in order")
print(f"rules_docs_test: {len(rules)} rules, {failures} failures")
sys.exit(failures > 0)' "$rules"

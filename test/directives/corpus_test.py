#!/usr/bin/env python3
"""Runs `wald check` over the programs of testdata/directives and compares what it finds.

usage: corpus_test.py [--wald FILE] [--update] [--versions 1.24.13,1.27.4] [FILE.txtar...]

A file is text with sections "-- NAME --". NAME is wrong/PROGRAM.go for a program of one file, or
wrong/PROGRAM/FILE; right/… for programs without findings. Packages of a program import each other as
check.test/DIRECTORY. What a wrong program's findings must be stands in its section
"-- wrong/PROGRAM.want --", which --update writes. "// check: WORD..." at the start of a program's
first file gives GOOS=js or flags; FILE in --host=[MODULE=]FILE, --guest=FILE and --baseline=FILE is
another file of the program. Most programs are small commands with exports that nobody calls, so
the rules about programs as a whole are off for all but those whose first line has the word
"all-rules".

All programs of a mode are checked by one call, since the go command is what takes time; those with
a contract or baseline each by its own.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = os.path.join(ROOT, "testdata", "directives")
HEADER = re.compile(r"^-- (\S+) --$")


def read_sections(path):
    """The text in front of the first section, and the sections as (name, text) in order."""
    head, sections = [], []
    for line in open(path, encoding="utf-8"):
        if match := HEADER.match(line.rstrip("\n")):
            sections.append((match[1], []))
        else:
            (sections[-1][1] if sections else head).append(line)
    return "".join(head), [(name, "".join(lines)) for name, lines in sections]


class Program:
    """One program of the corpus: its files, mode and expected findings."""

    def __init__(self, path, name):
        self.path, self.name = path, name
        self.files, self.want = {}, ""
        corpus_file = os.path.splitext(os.path.basename(path))[0]
        self.directory = f"{corpus_file}/{name}"

    @property
    def words(self):
        first = next(iter(self.files.values()))
        match = re.match(r"// check: (.*)\n", first)
        words = [self.with_directory(word) for word in match[1].split()] if match else []
        if "all-rules" in words:
            words.remove("all-rules")
        else:
            words += ["--allow=export-in-command", "--allow=main-in-reactor",
                      "--allow=reactor-without-exports"]
        return tuple(words)

    def with_directory(self, word):
        """The option of a contract or baseline with the place of its file."""
        option, _, value = word.partition("=")
        if option not in ("--host", "--guest", "--baseline"):
            return word
        module, _, file = value.rpartition("=")
        assert file in self.files, f"{self.path}: {self.name} has no {file}"
        return f"{option}={module + '=' if module else ''}{self.directory}/{file}"

    @property
    def status(self):
        """The exit status of wald check for this program alone."""
        return int(bool(re.search(r"^\S+: (error|warning): ", self.want, re.MULTILINE)))

    def write(self, root):
        """Writes the program below root; imports get the place of the package in the module."""
        for name, text in self.files.items():
            file = os.path.join(root, self.directory, name)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "w", encoding="utf-8") as out:
                out.write(text.replace("check.test/", f"check.test/{self.directory}/"))


def load_programs(path):
    programs = {}
    for name, text in read_sections(path)[1]:
        kind, _, rest = name.partition("/")
        assert kind in ("wrong", "right"), f"{path}: section {name}"
        program, _, file = rest.partition("/")
        if not file:
            program, extension = os.path.splitext(program)
            file = "main.go" if extension == ".go" else extension
        entry = programs.setdefault(f"{kind}/{program}", Program(path, f"{kind}/{program}"))
        if file == ".want":
            entry.want = text
        else:
            entry.files[file] = text
    return list(programs.values())


def describe(finding, program):
    """A finding as the corpus has it."""
    def shorten(text):
        text = text.replace("check.test/" + program.directory, "check.test")
        return text.replace(program.directory + "/", "")

    place = ":".join(str(finding[key]) for key in ("file", "line", "column") if finding.get(key))
    lines = [f"{shorten(place)}: {finding['severity']}: {finding['message']} [{finding['rule']}]"]
    lines += [">>> " + note for note in finding["notes"]]
    return "\n".join(shorten(line) for line in lines) + "\n"


def run_check(wald, module, words, programs):
    """The findings by program, the exit status and what was said besides."""
    environment = {key: value for key, value in os.environ.items() if key not in ("GOOS", "GOARCH")}
    environment.update(word.split("=", 1) for word in words if not word.startswith("-"))
    environment.update(GOFLAGS="-mod=mod", GOWORK="off")
    flags = [word for word in words if word.startswith("-")]
    run = subprocess.run(
        [wald, "check", "--format=json", *flags, *(f"./{p.directory}/..." for p in programs)],
        cwd=module, env=environment, capture_output=True, text=True, check=False)
    found, strange = defaultdict(str), ""
    by_directory = {program.directory: program for program in programs}
    for finding in json.loads(run.stdout)["findings"] if run.stdout else []:
        directory = "/".join(finding.get("file", "").split("/")[:3])
        if directory in by_directory:
            found[directory] += describe(finding, by_directory[directory])
        else:
            strange += json.dumps(finding) + "\n"
    return found, run.returncode, run.stderr, strange


def update_file(path, programs):
    head, sections = read_sections(path)
    wants = {program.name: program.want for program in programs}
    text, names = head, [name for name, _ in sections if not name.endswith(".want")]
    contents = dict(sections)
    for index, name in enumerate(names):
        text += f"-- {name} --\n{contents[name]}"
        program = "/".join(name.split("/")[:2]).removesuffix(".go")
        following = names[index + 1] if index + 1 < len(names) else ""
        is_last = not following.startswith(program + "/")
        if is_last and wants.get(program):
            text += f"-- {program}.want --\n{wants[program]}"
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--wald", default=os.path.join(ROOT, "build", "wald"))
    parser.add_argument("--update", action="store_true", help="write what was found into the files")
    parser.add_argument("--versions", default="1.27.4")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    files = args.files or sorted(
        os.path.join(CORPUS, name) for name in os.listdir(CORPUS) if name.endswith(".txtar"))
    failures, counts = 0, {"wrong": 0, "right": 0}
    for version in args.versions.split(","):
        os.environ["GOTOOLCHAIN"] = f"go{version}"
        with tempfile.TemporaryDirectory() as module:
            with open(os.path.join(module, "go.mod"), "w", encoding="utf-8") as out:
                out.write("module check.test\n\ngo 1.24\n")
            groups, by_file = defaultdict(list), {}
            for path in files:
                by_file[path] = load_programs(path)
                crashes = os.path.basename(path) == "crashes.txtar"
                for program in by_file[path]:
                    program.write(module)
                    counts[program.name.split("/")[0]] += version == args.versions.split(",")[0]
                    groups[program.words, crashes].append(program)
            for (words, crashes), programs in sorted(groups.items()):
                found, status, messages, strange = run_check(args.wald, module, words, programs)
                wanted = 2 if crashes else max(program.status for program in programs)
                where = f"go{version} {' '.join(words)}"
                if not args.update and status != wanted or strange or (messages and not crashes):
                    print(f"FAIL: {where}: exit status {status}, not {wanted}\n{messages}{strange}")
                    failures += 1
                for program in programs:
                    got = found[program.directory]
                    is_wrong = program.name.startswith("wrong/")
                    if args.update:
                        program.want = got
                    if got != program.want or is_wrong != bool(got):
                        print(f"FAIL: {where} {program.directory}\n--- want\n{program.want}"
                              f"--- got\n{got}")
                        failures += 1
            if args.update:
                for path, programs in by_file.items():
                    update_file(path, programs)
    print(f"directives: {counts['wrong']} wrong and {counts['right']} right programs, "
          f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

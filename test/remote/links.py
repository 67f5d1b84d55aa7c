"""Recorded links (test/README.md) as actions on other machines have them: relative names, in any folder."""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ["WALD_CACHE"]
OUTPUT = "out.wasm"


def die(text):
    sys.exit(f"remote: {text}")


def same(what, wanted, got):
    if wanted != got:
        die(f"{what} differ:\n--- wanted\n{wanted}\n--- got\n{got}")


class Link:
    """A recorded link with relative names."""

    def __init__(self, folder):
        with open(os.path.join(folder, "recording.json"), encoding="utf-8") as file:
            self.facts = json.load(file)
        self.name = f"{self.facts['program']} {self.facts['goos']} {self.facts['buildmode']} {self.facts['version']}"
        self.files, lines = {}, []
        with open(os.path.join(folder, "importcfg"), encoding="utf-8") as file:
            for line in file.read().splitlines():
                kind, _, rest = line.partition(" ")
                if kind == "packagefile":
                    package, _, file_name = rest.partition("=")
                    line = f"packagefile {package}={self.input(file_name)}"
                lines.append(line)
        self.main = self.input(self.facts["main"])
        self.importcfg = "\n".join(lines) + "\n"
        self.environment = {name: self.facts["env"][name] for name in sorted(self.facts["env"])}

    def input(self, name):
        relative = "objects/" + os.path.basename(name)
        self.files[relative] = name
        return relative

    def arguments(self, more=()):
        return ["-o", OUTPUT, "-importcfg", "importcfg", *self.facts["flags"], *more, self.main]

    def stage(self, folder, without=None):
        os.makedirs(os.path.join(folder, "objects"))
        for name, place in self.files.items():
            if name != without:
                os.symlink(place, os.path.join(folder, name))
        with open(os.path.join(folder, "importcfg"), "w", encoding="utf-8") as file:
            file.write(self.importcfg)

    def run_here(self, wald, folder, more=(), wrapper=()):
        """The link in a folder that stage() made."""
        return subprocess.run([*wrapper, wald, "link", *self.arguments(more)], cwd=folder, check=False,
                              env=self.environment, capture_output=True, text=True)


def find_links(top):
    found = []
    for folder, folders, files in os.walk(top):
        folders.sort()
        if "recording.json" in files:
            folders.clear()
            found.append(Link(folder))
    found = [link for link in found if link.facts["program"] in ("hello", "small", "reactor")]
    if not found:
        die(f"no recorded links of hello, small or reactor in {top}: run test/compare/sweep --quick")
    return found


def of_newest_go(links):
    newest = max((link.facts["version"] for link in links),
                 key=lambda word: [int(n) for n in re.findall(r"\d+", word)])
    return [link for link in links if link.facts["version"] == newest]

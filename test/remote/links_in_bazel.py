"""Links as actions of Bazel, in its sandbox; called by `bazel`.

The workspace has the rule of link.bzl, recorded links' objects, and wald as their linker. Checked is that

- each link runs in the sandbox, and its module is the one of the same link here, byte for byte;
- the second time all come from the cache;
- an object that lies in the workspace, but that the rule does not declare, is missing: the message
  names it by its relative path.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile

from links import CACHE, OUTPUT, ROOT, die, find_links, of_newest_go, same

UNDECLARED = "undeclared"


class Bazel:
    """Debian's, whose system-wide bazelrc says where its parts are."""

    def __init__(self, folder):
        self.workspace = os.path.join(folder, "workspace")
        self.log = os.path.join(folder, "log.json")
        self.words = ["bazel", "--output_user_root=" + os.path.join(folder, "output"), "--nohome_rc",
                      "--host_jvm_args=-Xmx512m", "--max_idle_secs=120"]
        self.options = ["--nosandbox_debug", "--spawn_strategy=linux-sandbox", "--noshow_progress",
                        "--symlink_prefix=" + os.path.join(folder, "out-"),
                        "--disk_cache=" + os.path.join(folder, "cache"), "--execution_log_json_file=" + self.log]
        self.modules = os.path.join(folder, "out-bin")

    def run(self, *words):
        return subprocess.run([*self.words, *words], cwd=self.workspace, check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def must(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            die(f"{' '.join(words)}: {done.stdout}")

    def build(self, *targets):
        return self.run("build", *self.options, *targets)

    def build_all(self, targets):
        """Where each of the targets' actions ran."""
        self.must("build", *self.options, *("//:" + target for target in targets))
        runners = {}
        with open(self.log, encoding="utf-8") as file:
            text, decoder, position = file.read(), json.JSONDecoder(), 0
        while position < len(text.rstrip()):
            spawn, position = decoder.raw_decode(text, position)
            position = len(text) - len(text[position:].lstrip())
            runners[os.path.basename(spawn["listedOutputs"][0]).removesuffix(".wasm")] = spawn["runner"]
        if sorted(runners) != sorted(targets):
            die(f"bazel built {sorted(runners)}, not {sorted(targets)}")
        return runners


def target_of(link):
    return f"{link.facts['program']}-{link.facts['goos']}-{link.facts['buildmode']}"


def rule(name, link, undeclared=None):
    """A target of link.bzl's. JSON's lists, dictionaries and strings are Starlark's, too."""
    packages, lines = {}, []
    for line in link.importcfg.splitlines():
        package, _, file_name = line.removeprefix("packagefile ").partition("=")
        if line.startswith("packagefile ") and file_name != undeclared:
            packages[file_name] = package
        else:
            lines.append(line)
    facts = {"name": name, "main": link.main, "packages": packages, "importcfg_lines": lines,
             "flags": link.facts["flags"], "goos": link.facts["goos"], "goroot": link.environment["GOROOT"]}
    return "go_wasm_link(" + ", ".join(f"{key} = {json.dumps(value)}" for key, value in facts.items()) + ")\n"


def main():
    parser = argparse.ArgumentParser(usage="bazel [--links DIR]")
    parser.add_argument("--links", default=os.path.join(CACHE, "links", "matrix"))
    parser.add_argument("--wald", required=True)
    options = parser.parse_args()
    links = {target_of(link): link for link in of_newest_go(find_links(options.links))}
    with tempfile.TemporaryDirectory(prefix="wald-bazel-") as folder:
        bazel = Bazel(folder)
        os.makedirs(os.path.join(bazel.workspace, "tools"))
        os.mkdir(os.path.join(bazel.workspace, "objects"))
        build = 'load(":link.bzl", "go_wasm_link")\n'
        wanted = {}
        for target, link in links.items():
            build += rule(target, link)
            for name, place in link.files.items():
                shutil.copyfile(place, os.path.join(bazel.workspace, name))
            here = os.path.join(folder, target)
            link.stage(here)
            done = link.run_here(options.wald, here)
            if done.returncode != 0:
                die(f"{target}: the link here: {done.stderr}")
            with open(os.path.join(here, OUTPUT), "rb") as file:
                wanted[target] = file.read()
        link = links["reactor-wasip1-c-shared"]
        missing = sorted(name for name in link.files if name != link.main)[0]
        build += rule(UNDECLARED, link, missing)
        for name, text in (("WORKSPACE", ""), ("BUILD", build), ("tools/BUILD", 'exports_files(["wald"])\n')):
            with open(os.path.join(bazel.workspace, name), "w", encoding="utf-8") as file:
                file.write(text)
        shutil.copy(os.path.join(ROOT, "test", "remote", "link.bzl"), bazel.workspace)
        shutil.copy(options.wald, os.path.join(bazel.workspace, "tools", "wald"))
        try:
            check(bazel, wanted, missing)
        finally:
            bazel.run("shutdown")
            # Bazel takes the write bits away from what it makes.
            subprocess.run(["chmod", "-R", "u+w", folder], check=False)
    print("remote: passed")


def check(bazel, wanted, missing):
    for runner in ("linux-sandbox", "remote cache hit"):  # Bazel's name of a hit in a folder, too
        same("where the links ran", dict.fromkeys(wanted, runner), bazel.build_all(wanted))
        for target, module in wanted.items():
            with open(os.path.join(bazel.modules, target + ".wasm"), "rb") as file:
                if file.read() != module:
                    die(f"{target}: another module in Bazel's sandbox than here")
        bazel.must("clean")
    print(f"remote: Bazel: {len(wanted)} links in the sandbox: the modules of links here; again from the cache")
    done = bazel.build("//:" + UNDECLARED)
    if done.returncode == 0 or "wald: error: " not in done.stdout:
        die(f"a link whose input is not declared: {done.stdout}")
    message = done.stdout[done.stdout.index("wald: error: "):].partition("\nTarget //")[0]
    if missing not in message or re.search(r"(^|[\s'\"])/", message):
        die(f"the message of a link whose input is not declared: {message}")
    print("remote: Bazel: an input that the rule does not declare is not there")


main()

"""Runs the steps of a composite GitHub Action here: those with `run`. What `uses` another action is only
printed, for it is GitHub's.

usage: run_action.py action.yml REPOSITORY FOLDER [INPUT=VALUE]...

FOLDER becomes RUNNER_TEMP. The exit status is that of the first step that fails.
"""
import os
import re
import subprocess
import sys

import yaml


class Runner:
    def __init__(self, action, repository, folder, inputs):
        self.folder = folder
        self.values = {"github.action_path": os.path.dirname(os.path.abspath(action)),
                       "github.action_repository": repository, "github.server_url": "https://github.com"}
        with open(action, encoding="utf-8") as file:
            self.action = yaml.safe_load(file)
        given = {name: spec.get("default", "") for name, spec in self.action["inputs"].items()}
        for name, value in inputs.items():
            if name not in given:
                sys.exit(f"run_action: no input {name}")
            given[name] = value
        self.values |= {"inputs." + name: value for name, value in given.items()}
        self.path = os.environ["PATH"]

    def value(self, expression):
        """The two kinds of expressions in the action: a value, and comparisons joined by &&."""
        expression = expression.strip()
        if "&&" in expression:
            return all([self.value(part) for part in expression.split("&&")])
        compared = re.fullmatch(r"(\S+) (==|!=) '([^']*)'", expression)
        if compared:
            return (self.value(compared[1]) == compared[3]) == (compared[2] == "==")
        return self.values[expression]

    def text(self, template):
        return re.sub(r"\$\{\{(.*?)\}\}", lambda match: self.value(match[1]), str(template))

    def run(self):
        for number, step in enumerate(self.action["runs"]["steps"]):
            if "if" in step and not self.value(step["if"]):
                continue
            if "uses" in step:
                arguments = {name: self.text(value) for name, value in step.get("with", {}).items()}
                print(f"uses {step['uses']}: {arguments}")
                continue
            assert step["shell"] == "bash", step
            output, path = (os.path.join(self.folder, f"{name}{number}") for name in ("output", "path"))
            for name in (output, path):
                open(name, "w", encoding="utf-8").close()
            environment = {**os.environ, "PATH": self.path, "RUNNER_TEMP": self.folder, "GITHUB_OUTPUT": output,
                           "GITHUB_PATH": path,
                           **{name: self.text(value) for name, value in step.get("env", {}).items()}}
            done = subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", self.text(step["run"])],
                                  env=environment, cwd=self.text(step.get("working-directory", ".")), check=False)
            with open(output, encoding="utf-8") as file:
                for line in file.read().splitlines():
                    name, _, value = line.partition("=")
                    self.values[f"steps.{step['id']}.outputs.{name}"] = value
            with open(path, encoding="utf-8") as file:
                self.path = os.pathsep.join([*reversed(file.read().splitlines()), self.path])
            if done.returncode != 0:
                sys.exit(done.returncode)
        for name, spec in self.action["outputs"].items():
            self.values.setdefault("steps.check.outputs.sarif", "")
            print(f"output {name}: {self.text(spec['value'])}")


def main():
    action, repository, folder, *words = sys.argv[1:]
    sys.stdout.reconfigure(line_buffering=True)
    Runner(action, repository, folder, dict(word.split("=", 1) for word in words)).run()


main()

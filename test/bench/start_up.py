"""`wald --version` beside a static C program that does nothing: what it costs to start wald."""

import os
import shutil
import subprocess

import timing
from timing import median

ROUNDS = 200
MOST_MS = 1.0


def compile_empty_program(folder):
    compiler = shutil.which("clang-19") or shutil.which("cc")
    if compiler is None:
        raise timing.Failed("no C compiler for the empty program (clang-19 or cc)")
    source, program = os.path.join(folder, "empty.c"), os.path.join(folder, "empty")
    with open(source, "w", encoding="utf-8") as file:
        file.write("int main(void) { return 0; }\n")
    done = subprocess.run([compiler, "-O2", "-static", "-o", program, source], capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise timing.Failed(f"cannot compile the empty program: {done.stderr}")
    return program


def run(options):
    try:
        with timing.Launcher() as launcher:
            commands = {"empty program": [compile_empty_program(launcher.folder)],
                        "wald --version": [options.wald, "--version"]}
            rounds = options.rounds or ROUNDS
            samples = timing.alternate(
                commands, rounds, lambda name, _: launcher.run(commands[name], {}))
    except timing.Failed as error:
        print(f"FAILED: start-up: {error}")
        return False
    rows = [[name, f"{median(s, 'wall_ms'):.2f}", f"{min(timing.column(s, 'wall_ms')):.2f}",
             f"{median(s, 'faults'):.0f}"] for name, s in samples.items()]
    difference = median(samples["wald --version"], "wall_ms") - \
        median(samples["empty program"], "wall_ms")
    print(f"\nStart-up, {rounds} rounds:\n")
    print(timing.table(["process", "median ms", "minimum ms", "minor faults"], rows))
    print("\n" + timing.check(difference <= MOST_MS,
                              f"within {MOST_MS:.0f} ms of the empty program: {difference:.2f} ms"))
    return True

"""Links of generated programs of growing size: does wald's time grow in step? With curves."""

import dataclasses
import os
import sys

import links
import timing
from module_section import read_number, read_section
from timing import column, median

sys.path.insert(0, links.COMPARE)
import large_programs  # pylint: disable=wrong-import-position

VERSIONS = ["1.27.4"]
FUNCTIONS = [1000, 5000, 15000, 30000, 60000]
ROUNDS = 15
# How much of a difference is taken for noise.
TIME_SLACK, RATIO_SLACK = 1.10, 0.95


@dataclasses.dataclass
class Point:
    functions: int  # in the module, the runtime's included
    samples: dict

    def best(self, name):
        return min(column(self.samples[name], "wall_ms"))

    def ratio(self):
        return self.best("reference") / self.best("wald")


def function_count(module):
    """The length of a module's function section."""
    section = read_section(module, 3)
    return read_number(section, 0)[0] if section else 0


def measure(options, toolchain, count):
    folder = os.path.join(options.cache, "scale", toolchain.version, f"functions-{count}")
    program = large_programs.Program(toolchain, folder)
    large_programs.make_functions(program, count, with_method=False)
    linkers = {"reference": [toolchain.linker], "wald": [options.wald, "link"]}
    with timing.Launcher() as launcher:
        link = links.Link(launcher, linkers, program.link_arguments(), toolchain.env)
        _, out = link.start("wald")
        functions = function_count(out)
        os.unlink(out)
        return Point(functions, timing.alternate(linkers, options.rounds or ROUNDS, link.run))


def checks(points):
    """By the minima: a noisy round must not bend a curve."""
    first = points[0]
    excess = ratio_kept = 1.0
    highest = first.ratio()
    for before, point in zip(points, points[1:]):
        if before is not first:
            slope = ((before.best("wald") - first.best("wald")) /
                     (before.functions - first.functions))
            line = before.best("wald") + slope * (point.functions - before.functions)
            excess = max(excess, point.best("wald") / line)
        ratio_kept = min(ratio_kept, point.ratio() / highest)
        highest = max(highest, point.ratio())
    return "\n".join([
        timing.check(excess <= TIME_SLACK,
                     "wald's time grows no faster than linearly: at most "
                     f"{(excess - 1) * 100:.0f} % above the straight line through the smallest "
                     "program and the one before"),
        timing.check(ratio_kept >= RATIO_SLACK,
                     "the ratio to the reference does not fall: at most "
                     f"{(1 - ratio_kept) * 100:.0f} % below that of a smaller program")])


def print_table(points):
    rows = []
    for point in points:
        row = [f"{point.functions:,}"]
        for name in ("reference", "wald"):
            row.append(f"{median(point.samples[name], 'wall_ms'):.1f} ({point.best(name):.1f})")
        row += [f"{point.best(name) * 1000 / point.functions:.2f}"
                for name in ("reference", "wald")]
        row += [f"{timing.ratio(point.samples, 'wall_ms'):.2f}× ({point.ratio():.2f}×)",
                " / ".join(f"{median(point.samples[n], 'peak_mib'):.0f}"
                           for n in ("reference", "wald"))]
        rows.append(row)
    print(timing.table(["functions", "reference ms", "wald ms", "reference µs a function",
                        "wald µs a function", "faster", "peak MiB"], rows))


def plot_text(points, width=72, height=16):
    """Both curves in letters; a straight line is linear growth."""
    most = max(point.functions for point in points)
    longest = max(point.best("reference") for point in points)
    grid = [[" "] * (width + 1) for _ in range(height + 1)]
    for name, letter in (("reference", "r"), ("wald", "w")):
        for point in points:
            x = round(point.functions / most * width)
            y = round(point.best(name) / longest * height)
            grid[height - y][x] = letter
    lines = [f"{longest:8.0f} ms |", *["            |"] * (height - 1), "       0 ms |"]
    print("\n".join((start + "".join(row)).rstrip() for start, row in zip(lines, grid)))
    print(" " * 12 + "+" + "-" * width + f"\n{'r: go tool link, w: wald':>37}"
          f"{f'{most:,} functions':>{width - 24}}")


COLORS = {"reference": "#888888", "wald": "#d04a02"}


def round_up(value):
    """The next of 1, 2, 5, 10, 20, … for the end of an axis."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if value <= factor * step:
                return factor * step
        step *= 10


def svg_panel(curves, top, title, most_functions, highest):
    """One diagram: curves are (name, color, points as (functions, value))."""
    left, width, height = 70, 560, 220

    def place(functions, value):
        return (left + functions / most_functions * width,
                top + height - value / highest * height)

    parts = [f'<text x="{left}" y="{top - 12}" font-weight="bold">{title}</text>']
    for i in range(6):
        x, y = place(most_functions * i / 5, highest * i / 5)
        parts += [f'<path d="M{left} {y:.1f}h{width}M{x:.1f} {top}v{height}" stroke="#e4e4e4"/>',
                  f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">'
                  f'{highest * i / 5:g}</text>',
                  f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">'
                  f'{most_functions * i // 5:,}</text>']
    for name, color, values in curves:
        at = [place(*value) for value in values]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in at]
        x, y = at[-1]
        parts.append(f'<text x="{x - 8:.1f}" y="{y - 10:.1f}" text-anchor="end" fill="{color}">'
                     f'{name}</text>')
    return parts


def write_svg(points, version, path):
    most_functions = round_up(points[-1].functions)
    longest = round_up(max(point.best("reference") for point in points))
    times = [(label, COLORS[name], [(p.functions, p.best(name)) for p in points])
             for name, label in (("reference", "go tool link"), ("wald", "wald"))]
    ratios = [("times faster", COLORS["wald"], [(p.functions, p.ratio()) for p in points])]
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="680" height="600" '
             'font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="white"/>',
             *svg_panel(times, 40, f"ms by functions, Go {version}", most_functions, longest),
             *svg_panel(ratios, 330, "go tool link / wald", most_functions,
                        round_up(max(point.ratio() for point in points))), "</svg>"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


def run(options):
    passed = True
    versions = options.versions or VERSIONS
    for version in versions:
        toolchain = large_programs.Toolchain(version)
        points = []
        for count in sorted(options.functions):
            try:
                points.append(measure(options, toolchain, count))
            except timing.Failed as error:
                print(f"FAILED: {count:,} functions, Go {version}: {error}", flush=True)
                passed = False
        if not points:
            continue
        # One file has the plain name, as README and issue say.
        name = "scale.svg" if version == versions[0] else f"scale-{version}.svg"
        path = os.path.join(options.folder, name)
        write_svg(points, version, path)
        print(f"\nGenerated programs, Go {version}, median (minimum) of "
              f"{options.rounds or ROUNDS} alternating rounds,\n"
              f"{timing.describe_machine(options.wald, [version])}:\n")
        print_table(points)
        print()
        plot_text(points)
        print(f"\nDrawn in {path}.\n\n{checks(points)}")
    return passed

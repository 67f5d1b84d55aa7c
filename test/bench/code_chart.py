"""The picture of `code`: for each benchmark and engine the run time, the reference's being 1."""

from code_modules import REFERENCE
from code_report import (TITLES, benchmarks_of, engines_of, mean_ratio, mean_times_native, ratio,
                         times_native)

# Colors that stand out on white and on black; text and lines follow the reader's scheme.
COLORS = {"wasmtime": "#7d5fd3", "node": "#3d8f4f", "wazero": "#d9822b"}
STYLE = """
text { font: 12px sans-serif; fill: #24292f }
.small { font-size: 10px; fill: #57606a }
.grid { stroke: #d0d7de } .one { stroke: #57606a; stroke-dasharray: 4 3 }
.native { stroke: #24292f; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 }
  .grid { stroke: #30363d } .one { stroke: #9198a1 }
  .native { stroke: #e6edf3 }
}
"""
LEFT, WIDTH, BAR, GAP, TOP = 120, 560, 7, 8, 64
MOST = 1.2


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def svg(result):
    engines = engines_of(result)
    rows = [("geometric mean", {e: (mean_ratio(result, e), native_mark(
        mean_times_native(result, e, REFERENCE))) for e in engines})]
    for benchmark in benchmarks_of(result):
        rows.append((benchmark, {e: (ratio(result, e, benchmark), native_mark(
            times_native(result, e, benchmark, REFERENCE))) for e in engines}))
    row_height = BAR * len(engines) + GAP
    height = TOP + row_height * len(rows) + 24

    def x(value):
        return LEFT + min(value, MOST) / MOST * WIDTH

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 50} {height}" '
             f'width="{LEFT + WIDTH + 50}" height="{height}" role="img">',
             "<title>Run time of Go modules with --optimize=code, the reference's being 1</title>",
             f"<style>{STYLE}</style>",
             f'<text x="{LEFT}" y="16">run time with <tspan font-weight="bold">wald '
             '--optimize=code</tspan>, go tool link\'s module = 1 (shorter is better)</text>']
    at = LEFT
    for engine in engines:
        parts.append(f'<rect x="{at}" y="26" width="10" height="10" fill="{COLORS[engine]}"/>'
                     f'<text x="{at + 15}" y="35">{TITLES[engine]}</text>')
        at += 95
    parts.append(f'<path d="M{at + 5} 25v12" class="native"/><text x="{at + 15}" y="35">native Go'
                 '</text>')
    for i in range(int(MOST * 5) + 1):
        value = i / 5
        kind = "one" if value == 1 else "grid"
        parts.append(f'<path d="M{x(value):.1f} {TOP - 6}V{height - 20}" class="{kind}"/>'
                     f'<text x="{x(value):.1f}" y="{TOP - 10}" class="small" text-anchor="middle">'
                     f'{value:g}</text>')
    y = TOP
    for title, figures in rows:
        weight = ' font-weight="bold"' if title == "geometric mean" else ""
        parts.append(f'<text x="{LEFT - 8}" y="{y + BAR * len(engines) / 2 + 4:.1f}" '
                     f'text-anchor="end"{weight}>{escape(title)}</text>')
        for engine in engines:
            value, native = figures[engine]
            if value:
                parts.append(f'<rect x="{LEFT}" y="{y}" width="{x(value) - LEFT:.1f}" '
                             f'height="{BAR - 1}" fill="{COLORS[engine]}"><title>{escape(title)}, '
                             f'{TITLES[engine]}: {value:.2f}</title></rect>')
                parts.append(f'<text x="{x(value) + 3:.1f}" y="{y + BAR - 1}" class="small" '
                             f'style="font-size:8px">{value:.2f}</text>')
            if native:
                parts.append(f'<path d="M{x(native):.1f} {y - 0.5}v{BAR}" class="native"/>')
            y += BAR
        y += GAP
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def native_mark(times):
    """Where native Go stands on a scale on which the reference is 1."""
    return 1 / times if times else None

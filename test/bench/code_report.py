"""What `code` tells: tables in Markdown, and whether what --optimize=code promises holds."""

import statistics

import timing
from code_modules import NATIVE, OPTIMIZED, REFERENCE, WASM_OPT_LEVELS

TITLES = {"wasmtime": "wasmtime", "wazero": "wazero", "node": "V8", "liftoff": "V8's Liftoff"}
MOST_TIME = {"wasmtime": 0.70, "node": 0.70, "wazero": 0.65}
MOST_ONE, MOST_CODE, MOST_BROTLI, MOST_COMPILE = 1.05, 0.76, 0.92, 0.75
MOST_MS_PER_MB, MOST_MEMORY = 25, 2


def time_of(result, engine, benchmark, module, of=statistics.median):
    """Nanoseconds an operation, or None if that was not measured."""
    run = result["runs"].get(engine, {}).get(benchmark)
    return of(run["samples"][module]) if run and module in run["samples"] else None


def ratio(result, engine, benchmark, module=OPTIMIZED, of=statistics.median):
    after = time_of(result, engine, benchmark, module, of)
    before = time_of(result, engine, benchmark, REFERENCE, of)
    return after / before if before and after else None


def times_native(result, engine, benchmark, module):
    time, native = (time_of(result, engine, benchmark, module),
                    time_of(result, NATIVE, benchmark, NATIVE))
    return time / native if time and native else None


def engines_of(result):
    return [engine for engine in TITLES if engine in result["runs"]]


def benchmarks_of(result):
    """All that were measured somewhere, in their order."""
    return list(dict.fromkeys(b for e in engines_of(result) for b in result["runs"][e]))


def mean(values):
    values = [value for value in values if value]
    return timing.geomean(values) if values else None


def mean_ratio(result, engine, module=OPTIMIZED, of=statistics.median):
    return mean(ratio(result, engine, b, module, of) for b in result["runs"][engine])


def mean_times_native(result, engine, module):
    return mean(times_native(result, engine, b, module) for b in result["runs"][engine])


def number(value, form="{:.2f}"):
    return form.format(value) if value else "–"


def microseconds(nanoseconds):
    if not nanoseconds:
        return "–"
    value = nanoseconds / 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def others_of(result):
    return [name for name in WASM_OPT_LEVELS
            if any(name in run["samples"] for e in engines_of(result)
                   for run in result["runs"][e].values())]


def summary_table(result):
    """Means of all benchmarks, for the README."""
    engines, modules = engines_of(result), [OPTIMIZED, *others_of(result)]
    rows = []
    for engine in engines:
        row = [TITLES[engine]]
        for module in modules:
            row.append(f"{number(mean_ratio(result, engine, module))} "
                       f"({number(mean_ratio(result, engine, module, min))})")
        row += [number(mean_times_native(result, engine, m), "{:.1f}×") for m in (REFERENCE, OPTIMIZED)]
        worst = max(result["runs"][engine], key=lambda b: ratio(result, engine, b) or 0)
        best = min(result["runs"][engine], key=lambda b: ratio(result, engine, b) or 9)
        row += [f"{number(ratio(result, engine, b))} {b}" for b in (best, worst)]
        rows.append(row)
    header = ["run time, mean", *("wald --optimize=code" if m == OPTIMIZED else m for m in modules),
              "reference / native Go", "optimized / native Go", "best", "worst"]
    return timing.table(header, rows)


def size_table(result):
    rows = []
    for program, sizes in result["sizes"].items():
        before = sizes[REFERENCE]
        for name, after in sizes.items():
            cells = [f"{after[k]:,}" if name == REFERENCE else f"{after[k] / before[k]:.3f}"
                     for k in ("code", "raw", "gzip", "brotli")]
            rows.append([f"{program}, {name}", *cells])
    return timing.table(["bytes", "code section", "file", "gzip", "brotli"], rows)


def compile_figures(result, engine, module):
    """Minimum of CPU seconds, and bytes of machine code."""
    samples = result["compile"].get(engine, {}).get(module)
    return (min(s[0] for s in samples), samples[0][1]) if samples else (None, None)


def compile_table(result):
    rows = []
    for engine in result["compile"]:
        before, code_before = compile_figures(result, engine, REFERENCE)
        for module in result["compile"][engine]:
            after, code = compile_figures(result, engine, module)
            is_first = module == REFERENCE
            rows.append([f"{TITLES[engine]}, {module}",
                         f"{after:.2f} s" if is_first else f"{after / before:.2f}",
                         "–" if not code else f"{code:,}" if is_first else
                         f"{code / code_before:.2f}"])
    return timing.table(["compilation", "CPU", "bytes of machine code"], rows)


def benchmark_table(result):
    """Microseconds an operation, and ratios of medians (of minima)."""
    engines = engines_of(result)
    header = ["benchmark", "native µs"]
    for engine in engines:
        header += [f"{TITLES[engine]}: reference µs", "optimized µs", "ratio",
                   *others_of(result), "optimized / native"]
    rows = []
    for benchmark in benchmarks_of(result):
        row = [benchmark, microseconds(time_of(result, NATIVE, benchmark, NATIVE))]
        for engine in engines:
            row += [microseconds(time_of(result, engine, benchmark, m)) for m in (REFERENCE, OPTIMIZED)]
            row.append(f"{number(ratio(result, engine, benchmark))} "
                       f"({number(ratio(result, engine, benchmark, of=min))})")
            row += [number(ratio(result, engine, benchmark, m)) for m in others_of(result)]
            row.append(number(times_native(result, engine, benchmark, OPTIMIZED), "{:.1f}"))
        rows.append(row)
    row = ["**geometric mean**", ""]
    for engine in engines:
        row += ["", "", f"**{number(mean_ratio(result, engine))}** "
                        f"({number(mean_ratio(result, engine, of=min))})"]
        row += [number(mean_ratio(result, engine, m)) for m in others_of(result)]
        row.append(number(mean_times_native(result, engine, OPTIMIZED), "{:.1f}"))
    return timing.table(header, [*rows, row])


def cost_lines(result):
    """What the pass costs; nothing if that was not measured."""
    cost = result.get("cost")
    if not cost:
        return []
    link, optimized = cost["cpu_ms"]["link"], cost["cpu_ms"]["optimized"]
    if not cost["by_link"]:
        return [f"`wald optimize` took {optimized:.0f} ms of CPU for {cost['code_mb']:.1f} MB of code "
                f"({optimized / cost['code_mb']:.1f} ms per MB, reading and writing the file "
                f"included), beside {link:.0f} ms for the link by wald."]
    stats = cost["stats_ms"]
    line = (f"The link by wald took {link:.0f} ms of CPU without and {optimized:.0f} ms with "
            f"`--optimize=code` ({cost['wall_ms']['link']:.0f} and {cost['wall_ms']['optimized']:.0f} "
            f"ms of time, {cost['peak_mib']['link']:.0f} and {cost['peak_mib']['optimized']:.0f} MiB). "
            f"On one thread the pass itself took {stats['pass']:.0f} ms, {stats['pass'] / cost['code_mb']:.1f} per MB "
            f"of code and {stats['pass'] / optimized * 100:.0f} % of the link's CPU")
    if "check" in stats:
        line += f"; the check of the finished module by the rules of WebAssembly {stats['check']:.0f} ms"
    return [line + "."]


def checks(result):
    lines = []

    def check(value, most, text):
        if value is not None:
            lines.append(timing.check(value <= most, f"{text} at most {most}: {value:.3f}"))

    for engine in engines_of(result):
        check(mean_ratio(result, engine), MOST_TIME[engine], f"run time in {TITLES[engine]}")
        for benchmark in result["runs"][engine]:
            found = ratio(result, engine, benchmark)
            # Medians and minima must agree: one of them alone is noise.
            least = ratio(result, engine, benchmark, of=min)
            if found and min(found, least) > MOST_ONE:
                lines.append(timing.check(False, f"no benchmark above {MOST_ONE}: {benchmark} in "
                                                 f"{TITLES[engine]} has {found:.2f}"))
    for program, sizes in result["sizes"].items():
        for kind, most in (("code", MOST_CODE), ("brotli", MOST_BROTLI)):
            check(sizes[OPTIMIZED][kind] / sizes[REFERENCE][kind], most, f"{kind} of {program}")
    for engine in result["compile"]:
        if engine in MOST_TIME:
            before, _ = compile_figures(result, engine, REFERENCE)
            after, _ = compile_figures(result, engine, OPTIMIZED)
            check(after / before, MOST_COMPILE, f"compile CPU of {TITLES[engine]}")
    cost = result.get("cost")
    if cost and cost["by_link"]:
        check(cost["stats_ms"]["pass"] / cost["code_mb"], MOST_MS_PER_MB,
              "the pass's CPU ms per MB of code")
        check(cost["peak_mib"]["optimized"] / cost["peak_mib"]["link"], MOST_MEMORY,
              "memory of a link, times that of one without")
    return "\n".join(lines)


METHOD = """\
Times are nanoseconds of one operation, measured within the program by the monotonic clock. In each
round a new process of the engine compiles all modules and then runs one benchmark after the other,
the modules in turn and in reverse; {repeats} repeats a run, each of the same number of operations,
found once on the reference's module so that one takes about {millis} ms. As many operations run before
and are not counted, and no engine changes tiers meanwhile: wasmtime and wazero compile ahead, node
runs with `{flags}`. So the gain is the code's, not that of an earlier or a later warm-up. Each
operation's checksum is compared between all modules, engines and native code.

Ratios are those of medians, in brackets those of minima; below 1 is better. Native is the same Go
program for the machine, one thread (GOMAXPROCS=1), without assembly in crypto and math/big (tags
`{tags}`). Compilation is CPU of all threads, the least of some compilations in processes of their own.
"""


def markdown(result):
    notes = [result["note"], ""] if result.get("note") else []
    cost = cost_lines(result)
    return "\n".join([
        "# The code of `--optimize=code`, measured", "",
        f"By `test/bench/code`; {result['machine']}; {result['engines']}; "
        f"{result['rounds']} rounds.", "",
        *notes, summary_table(result), "", "![ratios of run time](code.svg)", "",
        *([size_table(result), ""] if result["sizes"] else []),
        *([compile_table(result), ""] if result["compile"] else []),
        *cost, *([""] if cost else []),
        "## Benchmarks", "", benchmark_table(result), "",
        "## How", "", METHOD.format(**result["method"]),
        "## What is promised", "", checks(result), ""])

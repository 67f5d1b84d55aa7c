"""What `size` tells: one table in Markdown, and whether what is promised holds."""

import timing

REFERENCE, PLAIN = "reference", "wald"
TABLES, SMALL, SMALLEST = "--optimize=tables", "--optimize -s", "--optimize --strip=lines -s"
PACKED = {"raw": "bytes", "gzip": "gzip", "brotli": "brotli"}
# Of the reference: raw and brotli.
MOST_SMALL = {"hello": (0.76, 0.86), "large": (0.72, 0.86)}
MOST_SMALLEST_BROTLI = 0.76
LEAST_START, MOST_LINK = 2, 1.10


def columns_of(result):
    """Of all programs, in their order; the plain link by wald writes the reference's module."""
    return list(dict.fromkeys(name for program in result["programs"].values()
                              for name in program["bytes"]))


def milliseconds(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def rows_of(name, program, columns):
    sizes, links = program["bytes"], program["link_ms"]
    for kind, title in PACKED.items():
        if kind not in sizes[REFERENCE]:
            continue
        whole = sizes[REFERENCE][kind]
        yield [f"{name}, {title}", f"{whole:,}",
               *(f"{sizes[c][kind] / whole:.3f}" if c in sizes else "–" for c in columns[1:])]
    yield [f"{name}, link, CPU time",
           *(f"{links[c] / links[PLAIN]:.2f}×" if c in links else "–" for c in columns)]
    for engine, times in program["start"].items():
        for position, what in enumerate(("instantiate", "first call")):
            yield [f"{name}, {engine}: {what}, ms",
                   *(milliseconds(times[c][position]) if c in times else "–" for c in columns)]


def table(result):
    columns = columns_of(result)
    rows = [row for name, program in result["programs"].items()
            for row in rows_of(name, program, columns)]
    return timing.table(["", columns[0], *(f"`{name}`" for name in columns[1:])], rows)


def checks(result):
    """What can be said of the programs and columns that were measured."""
    lines = []

    def ratio(program, kind, column):
        sizes = result["programs"][program]["bytes"]
        if column in sizes and kind in sizes[column]:
            return sizes[column][kind] / sizes[REFERENCE][kind]
        return None

    def at_most(value, most, text):
        if value is not None:
            lines.append(timing.check(value <= most, f"{text} at most {most:.2f}: {value:.3f}"))

    for program in result["programs"]:
        if program in MOST_SMALL:
            for kind, most in zip(("raw", "brotli"), MOST_SMALL[program]):
                at_most(ratio(program, kind, SMALL), most, f"{program}, {SMALL}, {kind},")
            at_most(ratio(program, "brotli", SMALLEST), MOST_SMALLEST_BROTLI,
                    f"{program}, {SMALLEST}, brotli,")
        links = result["programs"][program]["link_ms"]
        if TABLES in links:
            at_most(links[TABLES] / links[PLAIN], MOST_LINK, f"{program}, a link with {TABLES},")
    start = result["programs"].get("hello", {}).get("start", {}).get("wazero", {})
    if TABLES in start and REFERENCE in start:
        faster = start[REFERENCE][0] / start[TABLES][0]
        lines.append(timing.check(
            faster >= LEAST_START, f"wazero instantiates hello with {TABLES} at least "
            f"{LEAST_START}× as fast: {faster:.2f}×"))
    return "\n".join(lines)


def document(result):
    return f"""# Sizes

Go's modules and wald's: bytes of the reference's module, and of the others in proportion; CPU time of
links in proportion to wald's without options; and CPU time of engines, once a module is compiled, to
instantiate it and for its first call: `_start` of a command, `_initialize` and one export of a
reactor. The least of {result["rounds"]} alternating rounds; brotli's quality is {result["quality"]}.

{result["machine"]}. {result["note"]}

{table(result)}

{checks(result)}

`test/bench/size` repeats this.
"""

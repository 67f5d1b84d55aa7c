"""A link of Go's WebAssembly objects as an action of Bazel. `packages` are the objects with their import
paths, `importcfg_lines` what an import configuration has besides."""

def _go_wasm_link(ctx):
    module = ctx.actions.declare_file(ctx.label.name + ".wasm")
    importcfg = ctx.actions.declare_file(ctx.label.name + ".importcfg")
    lines = [
        "packagefile %s=%s" % (package, target.files.to_list()[0].path)
        for target, package in ctx.attr.packages.items()
    ]
    ctx.actions.write(importcfg, "\n".join(lines + ctx.attr.importcfg_lines) + "\n")
    arguments = ctx.actions.args()
    arguments.add("link")
    arguments.add("-o", module)
    arguments.add("-importcfg", importcfg)
    arguments.add_all(ctx.attr.flags)
    arguments.add(ctx.file.main)
    ctx.actions.run(
        executable = ctx.executable.wald,
        arguments = [arguments],
        inputs = ctx.files.packages + [ctx.file.main, importcfg],
        outputs = [module],
        env = {"GOOS": ctx.attr.goos, "GOARCH": "wasm", "GOROOT": ctx.attr.goroot},
        mnemonic = "GoWasmLink",
    )
    return [DefaultInfo(files = depset([module]))]

go_wasm_link = rule(
    implementation = _go_wasm_link,
    attrs = {
        "main": attr.label(allow_single_file = [".a"], mandatory = True),
        "packages": attr.label_keyed_string_dict(allow_files = [".a"]),
        "importcfg_lines": attr.string_list(),
        "flags": attr.string_list(),
        "goos": attr.string(default = "wasip1"),
        "goroot": attr.string(),
        "wald": attr.label(default = "//tools:wald", allow_single_file = True, executable = True, cfg = "host"),
    },
)

// --emit-js: the JavaScript with which hosts run a module of GOOS=js. What it offers and how it
// calls the module changes with Go's versions, so it has to be the one of the toolchain that
// compiled the program; a copy that a project keeps is soon another one.
#include "linker/core/context.h"
#include "linker/core/passes.h"
#include "objfile/system/go_root.h"
#include "objfile/system/process.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace wald {

namespace {

namespace path = llvm::sys::path;

constexpr char kName[] = "wasm_exec.js";

std::string joined(StringRef folder, llvm::ArrayRef<const char *> parts) {
  llvm::SmallString<128> name(folder);
  for (const char *part : parts)
    path::append(name, part);
  return name.str().str();
}

// A development version has no file VERSION, or one that begins with "devel".
bool is_version_of(StringRef root, StringRef version) {
  std::string own = toolchain_version(root);
  bool is_devel = own.empty() || StringRef(own).starts_with("devel");
  return own == version || (is_devel && version.starts_with("devel"));
}

} // namespace

void write_js_support(Context &ctx) {
  StringRef root = ctx.options.goroot;
  if (ctx.plan.kind != objfile::ModuleKind::kJs)
    return ctx.diag.error("--emit-js: the program is for GOOS=" + ctx.goos,
                          {"only modules of GOOS=js need JavaScript of Go's"});
  if (root.empty())
    return ctx.diag.error("--emit-js: GOROOT is not set, so the Go toolchain is not known");
  if (!is_version_of(root, ctx.go_version))
    return ctx.diag.error("--emit-js: the toolchain in GOROOT is not the one that compiled the "
                          "program, " +
                              ctx.go_version,
                          {"GOROOT=" + root.str()});
  // The older place comes last.
  const std::string places[] = {joined(root, {"lib", "wasm", kName}),
                                joined(root, {"misc", "wasm", kName})};
  auto script = read_disk_file(places[0]);
  if (!script)
    if (auto older = read_disk_file(places[1]))
      script = std::move(older);
  if (!script)
    return ctx.diag.error("--emit-js: cannot read " + places[0] + ": " +
                          script.getError().message());
  const std::string &folder = ctx.options.emit_js;
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return ctx.diag.error("--emit-js: cannot make " + folder + ": " + error.message());
  StringRef text = (*script)->getBuffer();
  if (llvm::Error error =
          wasm::write_plain_file(joined(folder, {kName}), llvm::arrayRefFromStringRef(text)))
    ctx.diag.error("--emit-js: " + llvm::toString(std::move(error)));
}

} // namespace wald

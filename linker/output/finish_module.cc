// What happens to a module that has been written and has no name yet: are its inputs still what
// they were, is it valid, and then its name. Reports about the module go between these.
#include "linker/core/passes.h"
#include "linker/output/module_plan.h"
#include "wasm/validate.h"

namespace wald {

// What was read of a file that has become shorter may have been zeros.
void check_inputs(Context &ctx) {
  auto check = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++)
      if (const objfile::MappedFile &file = ctx.files[i]; file.has_shrunk())
        ctx.diag.error(file.name() + " changed while it was read", {"it became shorter"});
  };
  size_t count = ctx.files.size();
  ctx.helper.start("check inputs", [&] { check(count / 2, count); });
  check(0, count / 2);
  ctx.helper.wait();
}

static void report_invalid(Context &ctx, const wasm::Invalidity &found) {
  std::vector<std::string> notes;
  uint32_t num_imports = ctx.module->imports.size();
  if (std::optional<uint32_t> index = found.func_index; index && *index >= num_imports) {
    uint32_t n = *index - num_imports;
    if (n < ctx.text.size())
      notes.push_back("in " + describe(ctx, ctx.text[n]));
    else if (n - ctx.text.size() < ctx.module->added.size())
      notes.push_back("in " + ctx.module->added[n - ctx.text.size()].name + ", which wald adds");
  }
  notes.push_back("an object file is damaged, or -E, -T or -D ask for such a module; if neither, "
                  "this is an error in wald");
  ctx.diag.error("the module is not valid WebAssembly: " + found.problem, std::move(notes));
}

// By both threads, if there are two.
static std::optional<wasm::Invalidity> find_invalidity(Context &ctx, Bytes module) {
  wasm::SharedValidation validation(module);
  bool is_valid = false, is_valid_beside = false;
  ctx.helper.start("validate bodies", [&] { is_valid_beside = validation.accepts_bodies(); });
  is_valid = validation.accepts_all_but_bodies() && validation.accepts_bodies();
  ctx.helper.wait();
  if (is_valid && is_valid_beside)
    return std::nullopt;
  return wasm::find_invalidity_by_wabt(module);
}

// What is checked is what is on the disk.
void validate_module(Context &ctx) {
  using Validation = OutputPlan::Validation;
  Validation validation = ctx.plan.validation();
  if (validation == Validation::kNone || ctx.file->failed()) // then commit_module says so
    return;
  std::optional<wasm::Invalidity> found;
  llvm::Error error = ctx.file->read_back([&](Bytes module) {
    found = validation == Validation::kAll ? find_invalidity(ctx, module)
                                           : wasm::find_memory_invalidity(module);
  });
  if (error)
    ctx.diag.error(llvm::toString(std::move(error)));
  if (found)
    report_invalid(ctx, *found);
}

void commit_module(Context &ctx) {
  if (llvm::Error error = ctx.file->commit())
    ctx.diag.error(llvm::toString(std::move(error)));
}

} // namespace wald

// Binaryen gets the module when it is complete, and its output takes the module's place only if it
// passes all checks; whatever fails leaves the module as it was, with a warning.
#include "linker/output/wasm_opt.h"

#include "linker/core/context.h"
#include "linker/core/passes.h"
#include "objfile/support/problem_error.h"
#include "objfile/system/limited_process.h"
#include "objfile/system/process.h"
#include "wasm/body_facts.h"
#include "wasm/module_reader.h"
#include "wasm/rewritten_module.h"
#include "wasm/validate.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <thread>

namespace wald {

namespace {

constexpr llvm::StringLiteral kProgram = "wald-opt";

// As wald-opt takes them, which has wasm-opt's names.
std::string feature_list(const wasm::Features &features) {
  std::string list;
  auto add = [&](bool is_used, const char *name) {
    if (is_used)
      list += (list.empty() ? "" : ",") + std::string(name);
  };
  add(features.sign_extension, "sign-ext");
  add(features.saturating_conversions, "nontrapping-float-to-int");
  add(features.bulk_memory, "bulk-memory");
  add(features.simd, "simd");
  add(features.mutable_globals, "mutable-globals");
  add(features.multiple_values, "multivalue");
  add(features.reference_types, "reference-types");
  return list;
}

llvm::Error failure(const llvm::Twine &why) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", why.str().c_str());
}

class WasmOpt {
public:
  WasmOpt(std::string program, const WasmOptOptions &options, unsigned num_threads)
      : program_(std::move(program)), options_(options), num_threads_(num_threads) {}

  // What takes the module's place; the error says why there is nothing.
  llvm::Expected<std::vector<uint8_t>> rewrite(wasm::Bytes bytes);
  double cpu_seconds() const { return cpu_seconds_; }

private:
  std::string program_;
  const WasmOptOptions &options_;
  unsigned num_threads_;
  double cpu_seconds_ = 0;
};

llvm::Expected<std::vector<uint8_t>> WasmOpt::rewrite(wasm::Bytes bytes) {
  llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
  if (!module)
    return module.takeError();
  llvm::Expected<wasm::Features> features = wasm::find_features(bytes);
  if (!features)
    return features.takeError();
  std::vector<std::string> words = {program_, "--features=" + feature_list(*features),
                                    "--threads=" + std::to_string(num_threads_)};
  words.insert(words.end(), options_.steps.begin(), options_.steps.end());
  FilterRun run = run_filter(words, wasm::with_numbered_functions(*module),
                             {.cpu_seconds = options_.most_seconds, .data_mib = options_.most_mib});
  cpu_seconds_ = run.cpu_seconds;
  if (!run.failure.empty())
    return failure("binaryen failed: " + run.failure);

  llvm::Expected<std::vector<uint8_t>> rewritten = wasm::take_rewritten(*module, run.output);
  if (!rewritten)
    return failure("binaryen made another module of it: " + llvm::toString(rewritten.takeError()));
  llvm::Expected<wasm::Features> used = wasm::find_features(*rewritten);
  if (!used)
    return failure("what binaryen made cannot be read: " + llvm::toString(used.takeError()));
  if ((*used | *features) != *features)
    return failure("binaryen used instructions that the module did not have: " +
                   feature_list(*used) + " instead of " + feature_list(*features));
  if (std::optional<wasm::Invalidity> found = wasm::find_invalidity(*rewritten))
    return failure("what binaryen made is not valid: " + found->problem);
  return rewritten;
}

} // namespace

llvm::Expected<std::string> find_wald_opt() {
  llvm::SmallString<128> beside(llvm::sys::path::parent_path(own_path()));
  llvm::sys::path::append(beside, kProgram);
  if (llvm::sys::fs::can_execute(beside))
    return beside.str().str();
  if (std::string found = find_in_path(kProgram); !found.empty())
    return found;
  return problem_error({"--wasm-opt: there is no wald-opt, neither beside wald nor in PATH",
                        {"a build of wald makes it where binaryen's library is installed (Debian: "
                         "binaryen)"}});
}

llvm::Expected<std::string> version_of_wald_opt() {
  llvm::Expected<std::string> program = find_wald_opt();
  if (!program)
    return program;
  std::optional<std::string> answer = output_of_program({*program, "--version"});
  if (!answer)
    return problem_error({*program + " does not tell its version", {}});
  return llvm::StringRef(*answer).trim().str();
}

void run_wasm_opt(Context &ctx) {
  if (ctx.file->failed()) // then commit_module says so
    return;
  llvm::Expected<std::string> program = find_wald_opt();
  if (!program) {
    ctx.diag.error(problem_of(program.takeError()));
    return;
  }
  unsigned num_threads =
      ctx.options.threads ? ctx.options.threads : std::thread::hardware_concurrency();
  // Binaryen waits forever for threads that it could not start.
  if (ctx.plan.wasm_opt.most_mib)
    num_threads = 1;
  WasmOpt wasm_opt(*program, ctx.plan.wasm_opt, std::max(num_threads, 1u));
  size_t size_before = 0;
  std::vector<uint8_t> rewritten;
  std::string why_not;
  llvm::Error error = ctx.file->read_back([&](wasm::Bytes bytes) {
    size_before = bytes.size();
    if (llvm::Expected<std::vector<uint8_t>> result = wasm_opt.rewrite(bytes))
      rewritten = std::move(*result);
    else
      why_not = llvm::toString(result.takeError());
  });
  if (error) {
    ctx.diag.error(llvm::toString(std::move(error)));
    return;
  }
  if (!why_not.empty()) {
    ctx.diag.warn("--wasm-opt: the module stays as it was: " + why_not);
    return;
  }
  ctx.file->replace(rewritten);
  ctx.module_size = rewritten.size();
  if (ctx.options.stats)
    llvm::errs() << "binaryen made " << rewritten.size() << " bytes of " << size_before
                 << llvm::format(" in %.1f s of CPU time\n", wasm_opt.cpu_seconds());
}

} // namespace wald

#include "linker/output/import_stubs.h"

#include "objfile/support/leb128.h"
#include "objfile/support/similar_names.h"

namespace wald {

using wasm::ValueType;

namespace {

std::string full_name(const ModuleImport &import) {
  return (import.module + "." + import.name).str();
}

bool returns_i32(const wasm::FunctionType &type) {
  return type.results.size() == 1 && type.results[0] == ValueType::kI32;
}

std::vector<uint8_t> stub_body(const wasm::FunctionType &type, uint16_t error) {
  std::vector<uint8_t> body = {0}; // no locals
  for (ValueType result : type.results) {
    uint8_t number[wasm::kMaxLebSize];
    switch (result) {
    case ValueType::kI32:
      body.push_back(0x41);
      body.insert(body.end(), number, wasm::write_sleb(number, returns_i32(type) ? error : 0));
      break;
    case ValueType::kI64:
      body.insert(body.end(), {0x42, 0});
      break;
    case ValueType::kF32:
      body.push_back(0x43);
      body.insert(body.end(), sizeof(float), 0);
      break;
    default:
      body.push_back(0x44);
      body.insert(body.end(), sizeof(double), 0);
    }
  }
  body.push_back(0x0b);
  return body;
}

// What becomes of programs of GOOS=wasip1 without a function of WASI, by what the stub returns:
// found out by running some (linker/COMMAND_LINE.md has the table). With a stub of another function
// only those parts of a program fail that call it.
struct Effect {
  llvm::StringLiteral name;
  llvm::StringLiteral with_error, with_zero; // empty: none
  uint16_t harmless_error = 0;               // which the runtime expects
};

constexpr uint16_t kBadDescriptor = 8; // WASI's errno EBADF: there is no such directory

constexpr llvm::StringLiteral
    kNeverStarts = "no program starts without it",
    kWithArguments = "no program starts that is given arguments, its name among them",
    kWithVariables = "no program starts whose environment has variables",
    kWithOs = "no program with package os starts; with =8 (EBADF) it does, without files",
    kEnds = "a program that ends by os.Exit or a panic crashes, and so does a command after main";

constexpr Effect kEffects[] = {
    {"args_sizes_get", kNeverStarts, ""},
    {"args_get", kWithArguments, kWithArguments},
    {"environ_sizes_get", kNeverStarts, ""},
    {"environ_get", kWithVariables, kWithVariables},
    {"clock_time_get", kNeverStarts, kNeverStarts},
    {"fd_prestat_get", kWithOs, kWithOs, kBadDescriptor},
    {"fd_prestat_dir_name", "no program with package os starts that is given a directory", ""},
    {"fd_write", "output is lost, and a panic runs until the engine's stack is full",
     "output is lost"},
    {"poll_oneoff", "a program that sleeps or waits crashes",
     "a program that sleeps does not wait"},
    {"proc_exit", kEnds, kEnds},
    {"random_get", "crypto/rand ends the program", "crypto/rand gives zeros and no error"},
};

} // namespace

ImportStubs::ImportStubs(Context &ctx, ModulePlan &plan)
    : ctx_(ctx), plan_(plan), is_used_(ctx.plan.stubs.size()) {}

bool ImportStubs::take(SymId wrapper, const ModuleImport &import) {
  if (is_used_.empty())
    return false;
  std::string name = full_name(import);
  for (uint32_t i = 0; i < is_used_.size(); i++)
    if (ctx_.plan.stubs[i].import == name) {
      is_used_[i] = true;
      taken_.push_back({wrapper, i, import.type});
      return true;
    }
  return false;
}

void ImportStubs::add_functions() {
  for (uint32_t i = 0; i < is_used_.size(); i++)
    if (is_used_[i])
      warn(ctx_.plan.stubs[i]);
    else
      report_missing(ctx_.plan.stubs[i]);
  std::vector<uint32_t> indices;
  for (const Taken &taken : taken_) {
    auto same = llvm::find_if(taken_, [&](const Taken &other) {
      return other.stub == taken.stub && other.type == taken.type;
    });
    size_t first = same - taken_.begin();
    indices.push_back(first < indices.size() ? indices[first] : add_function(taken));
    plan_.import_of_wrapper[taken.wrapper] = indices.back();
  }
}

uint32_t ImportStubs::add_function(const Taken &taken) {
  const ImportStub &stub = ctx_.plan.stubs[taken.stub];
  const wasm::FunctionType &type = plan_.types[taken.type];
  if (stub.error && !returns_i32(type))
    ctx_.diag.error("--stub-import=" + stub.import + "=" + llvm::Twine(*stub.error) +
                        ": the import does not return one value of type i32, which an errno is",
                    {"called by " + describe(ctx_, taken.wrapper)});
  plan_.added.push_back({taken.type, stub.import + ".stub", stub_body(type, stub.result())});
  return plan_.imports.size() + ctx_.text.size() + plan_.added.size() - 1;
}

void ImportStubs::report_missing(const ImportStub &stub) {
  std::vector<std::string> names;
  for (const ModuleImport &import : plan_.imports)
    if (std::string name = full_name(import); !llvm::is_contained(names, name))
      names.push_back(std::move(name));
  ctx_.diag.error("--stub-import=" + stub.import + ": the program imports no such function",
                  similar_notes(stub.import, names));
}

// An import that returns nothing has no error.
void ImportStubs::warn(const ImportStub &stub) {
  StringRef name = stub.import;
  if (!name.consume_front("wasi_snapshot_preview1."))
    return;
  const Effect *effect =
      llvm::find_if(kEffects, [&](const Effect &each) { return each.name == name; });
  uint16_t error = stub.result();
  if (effect == std::end(kEffects) || (error && error == effect->harmless_error))
    return;
  StringRef text = error ? effect->with_error : effect->with_zero;
  if (!text.empty())
    ctx_.diag.warn("--stub-import=" + stub.import + ": " + text);
}

} // namespace wald

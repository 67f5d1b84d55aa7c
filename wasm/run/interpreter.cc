// The interpreter: a thin layer over wabt's. Compiled as C++17 for the sake of wabt's headers.
#include "wasm/run/interpreter.h"

#include "objfile/support/printable.h"
#include "objfile/support/problem_error.h"
#include "wasm/describe_functions.h"
#include "wasm/validate.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include "wabt/binary-reader.h"
#include "wabt/interp/binary-reader-interp.h"
#include "wabt/interp/interp.h"

#include <algorithm>

namespace wald::wasm {

namespace {

using namespace wabt::interp;

// Frames deep that calls can nest. wabt's own limit (about 1,600) is too small for Go programs that
// recurse, and its value stack grows without limit, hence the second number: together they bound
// the memory for both stacks.
constexpr uint64_t kMaxFrames = 1 << 18;
constexpr uint64_t kMaxValueStackBytes = uint64_t(1) << 30;
constexpr uint64_t kMinFrames = 1024;
// What browsers allow; wabt takes any number and would try to reserve memory for it.
constexpr uint64_t kMaxLocals = 50000;
constexpr uint64_t kMaxTableSize = 10000000;
constexpr size_t kMaxStackLines = 32;

// wabt has no public way to set the depth of the stack nor to read a trap's frames. An explicit
// instantiation may name private members, which gives access to these two.
std::vector<Frame> &frames_of(Thread &thread);
std::vector<Frame> &trace_of(Trap &trap);
template <auto Member> struct ExposeThreadFrames {
  friend std::vector<Frame> &frames_of(Thread &thread) { return thread.*Member; }
};
template struct ExposeThreadFrames<&Thread::frames_>;
template <auto Member> struct ExposeTrapTrace {
  friend std::vector<Frame> &trace_of(Trap &trap) { return trap.*Member; }
};
template struct ExposeTrapTrace<&Trap::trace_>;

InterpType from_wabt(wabt::Type type) {
  switch (type) {
  case wabt::Type::I32:
    return InterpType::i32;
  case wabt::Type::I64:
    return InterpType::i64;
  case wabt::Type::F32:
    return InterpType::f32;
  case wabt::Type::F64:
    return InterpType::f64;
  default:
    return InterpType::other;
  }
}

InterpFunctionType from_wabt(const FuncType &type) {
  InterpFunctionType out;
  for (wabt::Type param : type.params)
    out.params.push_back(from_wabt(param));
  for (wabt::Type result : type.results)
    out.results.push_back(from_wabt(result));
  return out;
}

// Floats travel as their bits, so that the payload of a NaN survives.
InterpValue from_wabt(wabt::Type wabt_type, const Value &value) {
  InterpType type = from_wabt(wabt_type);
  bool is_wide = type == InterpType::i64 || type == InterpType::f64;
  if (type == InterpType::other)
    return {type, 0};
  return {type, is_wide ? value.Get<u64>() : value.Get<u32>()};
}

Value to_wabt(const InterpValue &value) {
  bool is_wide = value.type == InterpType::i64 || value.type == InterpType::f64;
  return is_wide ? Value::Make(static_cast<u64>(value.bits))
                 : Value::Make(static_cast<u32>(value.bits));
}

InterpFunctionType type_of(const WasiFunction &function) {
  InterpFunctionType type;
  for (const char *param = function.params; *param; ++param)
    type.params.push_back(*param == 'i' ? InterpType::i32 : InterpType::i64);
  if (function.has_result())
    type.results.push_back(InterpType::i32);
  return type;
}

bool is_same(const InterpFunctionType &a, const InterpFunctionType &b) {
  return a.params == b.params && a.results == b.results;
}

llvm::Error make_error(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string name_of(const ImportType &import) {
  return printable(import.module + "." + import.name);
}

GuestMemory memory_of_caller(Store &store, Thread &thread) {
  Instance *instance = thread.GetCallerInstance();
  if (!instance || instance->memories().empty())
    return {};
  Memory::Ptr memory(store, instance->memories()[0]);
  return {memory->UnsafeData(), memory->ByteSize()};
}

HostFunc::Ptr make_wasi_function(Store &store, const FuncType &type, const WasiFunction &function,
                                 Wasi &wasi) {
  return HostFunc::New(store, type,
                       [&store, &wasi, &function](Thread &thread, const Values &params,
                                                  Values &results, Trap::Ptr *out_trap) {
                         std::vector<uint64_t> args;
                         args.reserve(params.size());
                         for (size_t i = 0; i < params.size(); ++i)
                           args.push_back(function.params[i] == 'i' ? params[i].Get<u32>()
                                                                    : params[i].Get<u64>());
                         GuestMemory memory = memory_of_caller(store, thread);
                         auto error = static_cast<u32>(wasi.call(function, memory, args));
                         if (wasi.exit_code()) {
                           // The only way to stop wabt; the caller looks at exit_code() first.
                           *out_trap = Trap::New(store, "exit");
                           return wabt::Result::Error;
                         }
                         if (!results.empty())
                           results[0] = Value::Make(error);
                         return wabt::Result::Ok;
                       });
}

HostFunc::Ptr make_stub(Store &store, const FuncType &type, const ImportType &import,
                        llvm::raw_ostream &log) {
  std::string name = name_of(import);
  return HostFunc::New(
      store, type,
      [&log, type, name](Thread &, const Values &params, Values &results, Trap::Ptr *) {
        log << "wald: stub: " << name << "(";
        for (size_t i = 0; i < params.size(); ++i)
          log << (i ? ", " : "") << format_value(from_wabt(type.params[i], params[i]));
        log << ")";
        for (size_t i = 0; i < results.size(); ++i) {
          results[i] = Value::Make(u64(0));
          if (wabt::Type(type.results[i]).IsRef())
            results[i] = Value::Make(Ref::Null);
        }
        if (!results.empty())
          log << " returns " << (results.size() == 1 ? "0" : "zeros");
        log << "\n";
        log.flush();
        return wabt::Result::Ok;
      });
}

uint64_t count_locals(const FuncDesc &function) {
  uint64_t count = function.type.params.size();
  for (const LocalDesc &local : function.locals)
    count += local.count;
  return count;
}

} // namespace

struct Interpreter::State {
  State(llvm::ArrayRef<uint8_t> module_bytes, Wasi &wasi_host, const InterpOptions &wanted)
      : bytes(module_bytes), wasi(wasi_host), options(wanted) {}

  llvm::ArrayRef<uint8_t> bytes;
  Wasi &wasi;
  InterpOptions options;
  Store store;
  Module::Ptr module;
  Instance::Ptr instance;
  RefVec imports;
  std::vector<HostFunc::Ptr>
      import_roots; // keep the host's functions alive until there is an instance
  std::vector<InterpExport> exports;
  uint64_t max_frames = kMaxFrames;

  llvm::Error read();
  llvm::Error check_sizes(const ModuleDesc &desc);
  llvm::Error resolve_imports();
  llvm::Expected<HostFunc::Ptr> resolve_function(const ImportType &import);
  InterpOutcome make_trap(const Trap::Ptr &trap);
};

llvm::Error Interpreter::State::read() {
  wabt::Errors errors;
  wabt::ReadBinaryOptions read_options;
  read_options.fail_on_custom_section_error = false;
  ModuleDesc desc;
  wabt::Result result =
      ReadBinaryInterp("module", bytes.data(), bytes.size(), read_options, &errors, &desc);
  if (wabt::Failed(result)) {
    // Read again for a better message: this one names the function.
    if (std::optional<Problem> problem = validate_module(bytes))
      return problem_error(std::move(*problem));
    return make_error(errors.empty() ? "cannot read the module"
                                     : printable(errors.front().message));
  }
  if (llvm::Error error = check_sizes(desc))
    return error;
  module = Module::New(store, std::move(desc));
  return llvm::Error::success();
}

llvm::Error Interpreter::State::check_sizes(const ModuleDesc &desc) {
  uint64_t most_locals = 1;
  for (const FuncDesc &function : desc.funcs)
    most_locals = std::max(most_locals, count_locals(function));
  if (most_locals > kMaxLocals)
    return make_error("a function has " + llvm::Twine(most_locals) +
                      " locals, more than the limit of " + llvm::Twine(kMaxLocals));
  uint64_t entries = 0; // of all tables: a module may have any number of them
  for (const TableDesc &table : desc.tables) {
    entries = llvm::SaturatingAdd<uint64_t>(entries, table.type.limits.initial);
    if (entries > kMaxTableSize)
      return make_error("the tables have " + llvm::Twine(entries) +
                        " entries, more than the limit of " + llvm::Twine(kMaxTableSize));
  }
  uint64_t fitting = kMaxValueStackBytes / (most_locals * sizeof(Value));
  max_frames = std::clamp(fitting, kMinFrames, kMaxFrames);
  return llvm::Error::success();
}

llvm::Expected<HostFunc::Ptr> Interpreter::State::resolve_function(const ImportType &import) {
  const auto &type = *wabt::cast<FuncType>(import.type.get());
  std::string name = name_of(import);
  if (import.module == Wasi::kModuleName) {
    if (const WasiFunction *function = Wasi::find_function(import.name)) {
      if (is_same(type_of(*function), from_wabt(type)))
        return make_wasi_function(store, type, *function, wasi);
      return problem_error(
          {"import " + name + " has the type " + format_function_type(from_wabt(type)),
           {"WASI preview 1 defines " + format_function_type(type_of(*function))}});
    }
  }
  if (options.stub_log)
    return make_stub(store, type, import, *options.stub_log);
  return problem_error(
      {"nothing provides the import " + name + " " + format_function_type(from_wabt(type)),
       {"module '" + printable(import.module) + "', name '" + printable(import.name) + "'",
        "with --stub, such functions print their arguments and return zeros"}});
}

llvm::Error Interpreter::State::resolve_imports() {
  for (const ImportType &import : module->import_types())
    if (import.module == "gojs")
      return problem_error(
          {"this module was built for GOOS=js (it imports " + name_of(import) + ")",
           {"it needs a browser or node, with wasm_exec.js of the same Go version; build with "
            "GOOS=wasip1 for wald run"}});
  for (const ImportType &import : module->import_types()) {
    if (import.type->kind != wabt::ExternalKind::Func)
      return problem_error({std::string("the module imports a ") + GetName(import.type->kind) +
                                ", " + name_of(import),
                            {"wald run provides functions only"}});
    llvm::Expected<HostFunc::Ptr> function = resolve_function(import);
    if (!function)
      return function.takeError();
    imports.push_back((*function)->self());
    import_roots.push_back(*function);
  }
  return llvm::Error::success();
}

InterpOutcome Interpreter::State::make_trap(const Trap::Ptr &trap) {
  InterpOutcome outcome;
  if (auto exit_code = wasi.exit_code()) {
    outcome.kind = InterpOutcome::Kind::exited;
    outcome.exit_code = *exit_code;
    return outcome;
  }
  outcome.kind = InterpOutcome::Kind::trapped;
  outcome.trap = trap ? trap->message() : "unknown trap";
  const std::vector<Frame> empty;
  const std::vector<Frame> &frames = trap ? trace_of(*trap) : empty;
  std::vector<uint32_t> functions;
  size_t num_left_out = 0;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    if (functions.size() == kMaxStackLines) {
      num_left_out = frames.rend() - frame;
      break;
    }
    if (!frame->inst)
      continue; // a function of the host
    const RefVec &funcs = frame->inst->funcs();
    auto found = std::find(funcs.begin(), funcs.end(), frame->func);
    if (found != funcs.end())
      functions.push_back(static_cast<uint32_t>(found - funcs.begin()));
  }
  outcome.stack = describe_functions(bytes, functions);
  if (num_left_out)
    outcome.stack.push_back("... and " + std::to_string(num_left_out) + " more");
  return outcome;
}

Interpreter::Interpreter(std::unique_ptr<State> state) : state_(std::move(state)) {}

Interpreter::~Interpreter() = default;

llvm::Expected<std::unique_ptr<Interpreter>>
Interpreter::load(llvm::ArrayRef<uint8_t> module, Wasi &wasi, const InterpOptions &options) {
  auto state = std::make_unique<State>(module, wasi, options);
  if (llvm::Error error = state->read())
    return error;
  if (llvm::Error error = state->resolve_imports())
    return error;
  for (const ExportType &type : state->module->export_types())
    if (const auto *function = wabt::dyn_cast<FuncType>(type.type.get()))
      state->exports.push_back({type.name, from_wabt(*function)});
  return std::unique_ptr<Interpreter>(new Interpreter(std::move(state)));
}

InterpOutcome Interpreter::instantiate() {
  Trap::Ptr trap;
  state_->instance =
      Instance::Instantiate(state_->store, state_->module.ref(), state_->imports, &trap);
  return state_->instance ? InterpOutcome() : state_->make_trap(trap);
}

const std::vector<InterpExport> &Interpreter::exports() const {
  return state_->exports;
}

const InterpExport *Interpreter::find_export(llvm::StringRef name) const {
  for (const InterpExport &function : state_->exports)
    if (name == function.name)
      return &function;
  return nullptr;
}

InterpOutcome Interpreter::call(const InterpExport &function, llvm::ArrayRef<InterpValue> args) {
  const std::vector<ExportType> &types = state_->module->export_types();
  size_t export_index = 0;
  while (types[export_index].name != function.name)
    ++export_index;
  Func::Ptr callee(state_->store, state_->instance->exports()[export_index]);
  Values params, results;
  for (const InterpValue &arg : args)
    params.push_back(to_wabt(arg));

  Thread thread(state_->store);
  frames_of(thread).reserve(state_->max_frames);
  Trap::Ptr trap;
  if (wabt::Failed(callee->Call(thread, params, results, &trap)))
    return state_->make_trap(trap);
  InterpOutcome outcome;
  const ValueTypes &result_types = callee->type().results;
  for (size_t i = 0; i < results.size(); ++i)
    outcome.results.push_back(from_wabt(result_types[i], results[i]));
  return outcome;
}

} // namespace wald::wasm

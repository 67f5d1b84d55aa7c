#include "linker/output/module_plan.h"

#include "directives/signature.h"
#include "linker/core/passes.h"
#include "linker/output/body_transform.h"
#include "linker/output/import_stubs.h"
#include "objfile/special_functions.h"

namespace wald {

namespace {

using directives::Signature;
using objfile::AuxKind;
using wasm::ValueType;

uint32_t type_of_letters(wasm::FunctionTypes &types, StringRef letters) {
  auto parse = [](StringRef part) {
    std::vector<ValueType> list;
    for (char letter : part)
      list.push_back(letter == 'i'   ? ValueType::kI32
                     : letter == 'I' ? ValueType::kI64
                     : letter == 'f' ? ValueType::kF32
                                     : ValueType::kF64);
    return list;
  };
  auto [params, results] = letters.split('.');
  return types.index_of(parse(params), parse(results));
}

uint32_t type_of_signature(wasm::FunctionTypes &types, const Signature &signature) {
  auto list_types = [](llvm::ArrayRef<directives::Field> fields) {
    std::vector<ValueType> list;
    for (const directives::Field &field : fields)
      list.push_back(field.type);
    return list;
  };
  return types.index_of(list_types(signature.params), list_types(signature.results));
}

void list_imports(Context &ctx, ModulePlan &plan) {
  ImportStubs stubs(ctx, plan);
  for (SymId wrapper : ctx.import_wrappers) {
    SymId record = SymbolView(ctx, wrapper).aux(AuxKind::kWasmImport);
    llvm::Expected<directives::WasmImportRecord> decoded =
        directives::decode_wasm_import(SymbolView(ctx, record).data(), *ctx.version);
    if (!decoded) {
      ctx.diag.error("broken import record: " + llvm::toString(decoded.takeError()),
                     {"of " + describe(ctx, wrapper)});
      continue;
    }
    ModuleImport import{decoded->module.empty() ? "gojs" : decoded->module, decoded->name,
                        type_of_signature(plan.types, decoded->signature)};
    if (stubs.take(wrapper, import))
      continue;
    // check_allowed_imports says more, of what has a name.
    if (const auto &allowed = ctx.plan.allowed_imports;
        allowed && !allowed->allows(import.module, import.name))
      ctx.diag.error("the module imports " + import.module + "." + import.name +
                         ", which --allow-imports does not allow",
                     {"called by " + describe(ctx, wrapper)});
    plan.import_of_wrapper[wrapper] = plan.imports.size();
    plan.imports.push_back(import);
  }
  stubs.add_functions();
}

// In whole pages. What the data needs is not less than what the runtime takes for used from the
// start (ref: initBloc in runtime/mem_sbrk.go); it asks for more by itself.
void plan_memory(Context &ctx, ModulePlan &plan) {
  const MemoryOptions &options = ctx.plan.memory;
  uint64_t least = (ctx.data_end + kMemoryPage - 1) / kMemoryPage;
  plan.memory_pages = (ctx.data_end + ctx.plan.initial_heap) / kMemoryPage;
  if (options.most) {
    plan.most_memory_pages = *options.most / kMemoryPage;
    plan.memory_pages = std::min(plan.memory_pages, *plan.most_memory_pages);
  }
  if (options.initial)
    plan.memory_pages = *options.initial / kMemoryPage;
  if (!options.any() || plan.memory_pages >= least)
    return;
  ctx.diag.error(llvm::Twine(options.initial ? "--initial-memory=" : "--max-memory=") +
                     llvm::Twine(plan.memory_pages * kMemoryPage) +
                     " is less than the program's data take",
                 {"they need " + std::to_string(least * kMemoryPage) + " bytes"});
}

// As the function's own record says.
uint32_t recorded_type(Context &ctx, ModulePlan &plan, SymId id) {
  SymId record = SymbolView(ctx, id).aux(AuxKind::kWasmType);
  llvm::Expected<Signature> decoded =
      directives::decode_wasm_type(SymbolView(ctx, record).data(), *ctx.version);
  if (decoded)
    return type_of_signature(plan.types, *decoded);
  ctx.diag.error("broken export record: " + llvm::toString(decoded.takeError()),
                 {"of " + describe(ctx, id)});
  return 0;
}

void find_function_types(Context &ctx, ModulePlan &plan) {
  plan.function_types.reserve(ctx.text.size());
  auto typed = ctx.typed_functions.begin();
  for (uint32_t i = 0; i < ctx.text.size(); i++) {
    uint32_t type = 0;
    if (const char *letters = objfile::special_function_type(ctx.text_names[i]))
      type = type_of_letters(plan.types, letters);
    if (typed != ctx.typed_functions.end() && number(*typed) == i) {
      type = recorded_type(ctx, plan, ctx.text[i]);
      ++typed;
    }
    plan.function_types.push_back(type);
  }
}

} // namespace

void plan_module(Context &ctx) {
  auto plan = std::make_shared<ModulePlan>();
  plan->types.index_of({ValueType::kI32}, {ValueType::kI32}); // every ordinary Go function
  list_imports(ctx, *plan);
  find_function_types(ctx, *plan);
  plan_memory(ctx, *plan);
  if (ctx.plan.bodies)
    ctx.bodies = ctx.plan.bodies(ctx, *plan);
  ctx.module = std::move(plan);
}

} // namespace wald

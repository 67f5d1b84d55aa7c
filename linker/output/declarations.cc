// What a module has before its code (ref: cmd/link/internal/wasm/asm.go).
#include "linker/core/func_value.h"
#include "linker/output/module_sections.h"
#include "objfile/go_abi.h"

namespace wald {

namespace {

using wasm::OutputStream;
using wasm::SectionId;
using wasm::ValueType;

void write_i32_const(OutputStream &out, int32_t value) {
  out.write_byte(0x41);
  out.write_sleb(value);
  out.write_byte(0x0b);
}

void write_memory_limits(const ModulePlan &plan, OutputStream &out) {
  out.write_byte(plan.most_memory_pages ? 1 : 0);
  out.write_uleb(plan.memory_pages);
  if (plan.most_memory_pages)
    out.write_uleb(*plan.most_memory_pages);
}

void write_imports(const Context &ctx, const ModulePlan &plan, OutputStream &out) {
  const MemoryOptions &memory = ctx.plan.memory;
  out.write_uleb(plan.imports.size() + memory.is_imported);
  for (const ModuleImport &import : plan.imports) {
    out.write_name(import.module);
    out.write_name(import.name);
    out.write_byte(0); // a function
    out.write_uleb(import.type);
  }
  if (memory.is_imported) {
    out.write_name(memory.module);
    out.write_name(memory.name);
    out.write_byte(2); // a memory
    write_memory_limits(plan, out);
  }
}

// One table, with the functions from PC_F of the first one on.
void write_table(const Context &ctx, OutputStream &out) {
  constexpr uint8_t kFuncrefWithoutMaximum[] = {1, 0x70, 0};
  out.write(kFuncrefWithoutMaximum);
  out.write_uleb(objfile::kFirstFunctionSlot + ctx.text.size());
}

void write_elements(const Context &ctx, const ModulePlan &plan, OutputStream &out) {
  constexpr uint8_t kTableZero[] = {1, 0};
  out.write(kTableZero);
  write_i32_const(out, objfile::kFirstFunctionSlot);
  out.write_uleb(ctx.text.size());
  for (uint64_t i = 0; i < ctx.text.size(); i++)
    out.write_uleb(plan.imports.size() + plan.body_of(i));
}

void write_memory(const ModulePlan &plan, OutputStream &out) {
  out.write_byte(1);
  write_memory_limits(plan, out);
}

// SP, CTXT, g, RET0 to RET3, PAUSE, which the compiler's code refers to by number.
void write_globals(OutputStream &out) {
  constexpr ValueType kGlobals[] = {ValueType::kI32, ValueType::kI64, ValueType::kI64,
                                    ValueType::kI64, ValueType::kI64, ValueType::kI64,
                                    ValueType::kI64, ValueType::kI32};
  out.write_uleb(std::size(kGlobals));
  for (ValueType type : kGlobals) {
    uint8_t constant = type == ValueType::kI32 ? 0x41 : 0x42;
    const uint8_t global[] = {uint8_t(type), 1, constant, 0, 0x0b};
    out.write(global);
  }
}

void write_function_export(Context &ctx, const ModulePlan &plan, OutputStream &out, StringRef name,
                           SymId id) {
  out.write_name(name);
  out.write_byte(0);
  // Where -E names no function of the module, the reference writes the lower 32 bits of index -1.
  out.write_uleb(uint32_t(plan.function_index(ctx.values.entry_pc(id))));
  if (!is_reachable(ctx, id))
    ctx.diag.warn(llvm::Twine("export ") + name + ": nothing reaches " + name_of(ctx, id) +
                      ", so no engine accepts the module",
                  {"use another entry symbol than -E names"});
  else if (ctx.groups[id] != Group::kText)
    ctx.diag.error(llvm::Twine("export ") + name + ": " + name_of(ctx, id) + " is no function",
                   {describe(ctx, id)});
}

void write_exports(Context &ctx, const ModulePlan &plan, OutputStream &out) {
  llvm::ArrayRef<objfile::EntryPoint> entries = objfile::entry_points(ctx.plan.kind);
  out.write_uleb(entries.size() + ctx.wasm_exports.size() + 1);
  for (const objfile::EntryPoint &entry : entries) {
    SymId id = known(ctx, entry.symbol);
    if (id == SymId::kNone)
      ctx.diag.error("export symbol " + objfile::name_of(entry.symbol) + " is not defined");
    else
      write_function_export(ctx, plan, out, entry.name, id);
  }
  for (SymId id : ctx.wasm_exports)
    write_function_export(ctx, plan, out, name_of(ctx, id), id);
  out.write_name(objfile::memory_export(ctx.plan.kind));
  constexpr uint8_t kMemoryZero[] = {2, 0};
  out.write(kMemoryZero);
}

} // namespace

void write_declarations(Context &ctx, const ModulePlan &plan, wasm::SectionWriter &sections,
                        OutputStream &out) {
  out.write(wasm::kModuleHeader);
  // go tool buildid reads only the beginning of the file.
  if (ctx.plan.has_build_id())
    sections.write(out, SectionId::kCustom, [&] {
      out.write_name("go:buildid");
      out.write(SymbolView(ctx, ctx.text.front()).data());
    });
  sections.write(out, SectionId::kType, [&] { plan.types.write(out); });
  sections.write(out, SectionId::kImport, [&] { write_imports(ctx, plan, out); });
  sections.write(out, SectionId::kFunction, [&] {
    out.write_uleb(plan.function_types.size() + plan.added.size());
    for (uint32_t type : plan.function_types)
      out.write_uleb(type);
    for (const AddedFunction &function : plan.added)
      out.write_uleb(function.type);
  });
  sections.write(out, SectionId::kTable, [&] { write_table(ctx, out); });
  if (!ctx.plan.memory.is_imported)
    sections.write(out, SectionId::kMemory, [&] { write_memory(plan, out); });
  sections.write(out, SectionId::kGlobal, [&] { write_globals(out); });
  sections.write(out, SectionId::kExport, [&] { write_exports(ctx, plan, out); });
  sections.write(out, SectionId::kElement, [&] { write_elements(ctx, plan, out); });
}

} // namespace wald

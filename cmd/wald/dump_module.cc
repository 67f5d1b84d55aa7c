// Modules as text: sections, types, imports, exports, functions, elements, data.
#include "wald/dump.h"

#include "llvm/Support/Format.h"

namespace wald::dump {

namespace {

using namespace wasm;

constexpr uint64_t kHexLimit = 32; // bytes of a segment that a list shows

class ModulePrinter {
public:
  ModulePrinter(llvm::raw_ostream &out, const Module &module, const Options &options)
      : out_(out), module_(module), options_(options) {}

  bool print();

private:
  void print_header();
  void print_sections();
  void print_types();
  void print_imports();
  void print_exports();
  void print_functions();
  void print_elements();
  void print_data();
  bool print_only();

  std::string type_text(const FuncType *type) const {
    return type ? short_signature_text(type->params, type->results) : "type missing";
  }
  std::string function_label(uint32_t func_index) const {
    llvm::StringRef name = module_.function_name(func_index);
    std::string text = std::to_string(func_index);
    return name.empty() ? text : text + " " + printable(name);
  }
  void print_function(uint32_t defined);

  llvm::raw_ostream &out_;
  const Module &module_;
  const Options &options_;
};

std::string limits_text(const Limits &limits) {
  std::string text = "min=" + std::to_string(limits.minimum);
  if (limits.maximum)
    text += " max=" + std::to_string(*limits.maximum);
  return text + (limits.is_shared ? " shared" : "") + (limits.is_64 ? " 64" : "");
}

void ModulePrinter::print_header() {
  out_ << "module " << module_.bytes.size() << " bytes\n";
  if (module_.find_custom("go:buildid"))
    out_ << "buildid " << quoted(module_.build_id) << '\n';
  for (const Producer &producer : module_.producers)
    out_ << "producer " << printable(producer.field) << ' ' << quoted(producer.value) << ' '
         << quoted(producer.version) << '\n';
  out_ << "count types " << module_.types.size() << '\n'
       << "count imports " << module_.imports.size() << '\n'
       << "count functions " << module_.functions.size() << '\n'
       << "count exports " << module_.exports.size() << '\n'
       << "count segments " << module_.data.size() << '\n';
  for (const Table &table : module_.tables)
    out_ << "table " << value_type_name(table.element_type) << ' ' << limits_text(table.limits)
         << '\n';
  for (const Limits &memory : module_.memories)
    out_ << "memory " << limits_text(memory) << '\n';
  for (size_t i = 0; i < module_.globals.size(); i++) {
    const Global &global = module_.globals[i];
    out_ << "global " << i << ' ' << value_type_name(global.type)
         << (global.is_mutable ? " mutable" : "") << " init";
    for (uint8_t byte : global.init)
      out_ << ' ' << llvm::format_hex_no_prefix(byte, 2);
    out_ << '\n';
  }
  if (module_.start)
    out_ << "start " << function_label(*module_.start) << '\n';
}

void ModulePrinter::print_sections() {
  for (const Section &section : module_.sections) {
    out_ << "section " << section_name(section.id);
    if (section.id == SectionId::kCustom)
      out_ << ' ' << quoted(section.custom_name);
    out_ << " offset=" << section.offset << " size=" << section.payload.size() << '\n';
  }
}

void ModulePrinter::print_types() {
  for (size_t i = 0; i < module_.types.size(); i++)
    out_ << "type " << i << ' ' << signature_text(module_.types[i].params, module_.types[i].results)
         << '\n';
}

void ModulePrinter::print_imports() {
  uint32_t func_index = 0;
  for (const Import &import : module_.imports) {
    out_ << "import " << quoted(import.module) << ' ' << quoted(import.name) << ' ';
    if (import.kind == ExternKind::kFunction)
      out_ << type_text(module_.function_type(func_index++)) << '\n';
    else if (import.kind == ExternKind::kGlobal)
      out_ << "global " << value_type_name(import.value_type)
           << (import.is_mutable ? " mutable\n" : "\n");
    else
      out_ << extern_kind_name(import.kind) << ' ' << limits_text(import.limits) << '\n';
  }
}

void ModulePrinter::print_exports() {
  for (const Export &entry : module_.exports) {
    out_ << "export " << quoted(entry.name) << ' ';
    if (entry.kind == ExternKind::kFunction)
      out_ << type_text(module_.function_type(entry.index)) << " func "
           << function_label(entry.index) << '\n';
    else
      out_ << extern_kind_name(entry.kind) << ' ' << entry.index << '\n';
  }
}

void ModulePrinter::print_function(uint32_t defined) {
  uint32_t func_index = module_.num_imported_functions() + defined;
  const FunctionBody &body = module_.bodies[defined];
  out_ << "function " << function_label(func_index) << ' '
       << type_text(module_.function_type(func_index)) << " size=" << body.contents.size()
       << " offset=" << body.offset << '\n';
}

void ModulePrinter::print_functions() {
  for (uint32_t i = 0; i < module_.bodies.size(); i++)
    print_function(i);
}

void ModulePrinter::print_elements() {
  out_ << "count elementsegments " << module_.num_element_segments << '\n';
  for (size_t i = 0; i < module_.table_functions.size(); i++)
    out_ << "element " << i << ' ' << function_label(module_.table_functions[i]) << '\n';
}

void ModulePrinter::print_data() {
  for (size_t i = 0; i < module_.data.size(); i++) {
    const DataSegment &segment = module_.data[i];
    out_ << "segment " << i;
    if (!segment.is_active)
      out_ << " passive";
    else if (!segment.is_constant)
      out_ << " computed";
    else
      out_ << " address=" << llvm::format_hex(segment.address, 1);
    out_ << " size=" << segment.contents.size() << " offset=" << segment.offset << '\n';
    print_hex_lines(out_, "bytes", segment.contents, options_.full_hex ? 0 : kHexLimit);
  }
}

// One function, by name or index, with its code.
bool ModulePrinter::print_only() {
  uint32_t wanted_index = ~0u;
  bool is_found = false;
  bool by_index = !options_.only.getAsInteger(10, wanted_index);
  for (uint32_t i = 0; i < module_.bodies.size(); i++) {
    uint32_t func_index = module_.num_imported_functions() + i;
    if (by_index ? func_index != wanted_index : module_.function_name(func_index) != options_.only)
      continue;
    is_found = true;
    print_function(i);
    print_hex_lines(out_, "code " + llvm::Twine(func_index), module_.bodies[i].contents, 0);
  }
  return is_found;
}

bool ModulePrinter::print() {
  Options view = options_;
  bool is_found = true;
  if (!view.only.empty())
    is_found = print_only();
  else if (!view.has_any_part())
    view.header = view.sections = view.imports = view.exports = true;
  if (view.header)
    print_header();
  if (view.sections)
    print_sections();
  if (view.types)
    print_types();
  if (view.imports)
    print_imports();
  if (view.exports)
    print_exports();
  if (view.functions)
    print_functions();
  if (view.elements)
    print_elements();
  if (view.data)
    print_data();
  return is_found;
}

} // namespace

bool print_module(llvm::raw_ostream &out, const Module &module, const Options &options) {
  return ModulePrinter(out, module, options).print();
}

} // namespace wald::dump

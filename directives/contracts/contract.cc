#include "directives/contracts/contract.h"

#include "directives/contracts/interface_json.h"
#include "directives/contracts/wasi_preview1.h"
#include "directives/gather.h"
#include "objfile/support/name_map.h"
#include "objfile/support/problem_error.h"
#include "wasm/file_kind.h"
#include "wasm/module_reader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

llvm::Error in_file(StringRef file, llvm::Error error) {
  Problem problem = problem_of(std::move(error));
  // "FILE:3:1: what" like a compiler, and "FILE: what" without a place.
  const char *between = !problem.fact.empty() && llvm::isDigit(problem.fact[0]) ? ":" : ": ";
  problem.fact = (file + between + problem.fact).str();
  return problem_error(std::move(problem));
}

bool is_function(const wasm::Extern &item) {
  return item.kind == wasm::ExternKind::kFunction;
}

Contract from_externs(const wasm::Externs &externs, ContractSide side) {
  Contract contract;
  contract.is_module = true;
  contract.guest = gather_externs(externs);
  for (const std::vector<wasm::Extern> *list : {&externs.imports, &externs.exports})
    for (const wasm::Extern &item : *list)
      if (is_function(item))
        contract.lines.push_back(item.line);
  for (const wasm::Extern &item : side == ContractSide::kHost ? externs.imports : externs.exports)
    if (!is_function(item) && !(side == ContractSide::kHost && is_system_module(item.module)))
      contract.others.push_back({item.name, item.kind, item.line});
  return contract;
}

llvm::Expected<wasm::Externs> read_externs(StringRef bytes) {
  if (!wasm::is_module(llvm::arrayRefFromStringRef(bytes))) {
    StringRef start = bytes.ltrim();
    if (bytes.starts_with(StringRef("\0asm", 4)))
      return problem_error(wasm::why_no_module(llvm::arrayRefFromStringRef(bytes)));
    if (!start.starts_with("(") && !start.starts_with(";;"))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "neither a WebAssembly module, in binary or text format, nor "
                                     "an interface in JSON");
    return wasm::read_text_externs(bytes);
  }
  llvm::Expected<wasm::Module> module = wasm::read_module(llvm::arrayRefFromStringRef(bytes));
  if (!module)
    return module.takeError();
  return wasm::externs_of(*module);
}

llvm::Expected<std::vector<Contract>> read_any(StringRef bytes, ContractSide side) {
  std::vector<Contract> contracts;
  StringRef start = bytes.ltrim();
  if (!start.starts_with("{") && !start.starts_with("[")) {
    llvm::Expected<wasm::Externs> externs = read_externs(bytes);
    if (!externs)
      return externs.takeError();
    contracts.push_back(from_externs(*externs, side));
    return contracts;
  }
  llvm::Expected<std::vector<ReadInterface>> programs = read_interfaces(bytes);
  if (!programs)
    return programs.takeError();
  for (ReadInterface &program : *programs) {
    Contract &contract = contracts.emplace_back();
    contract.program = std::move(program.program);
    contract.guest = std::move(program.interface);
    contract.lines = std::move(program.lines);
  }
  return contracts;
}

bool is_taken(const Directive &directive, StringRef from) {
  if (directive.kind == DirectiveKind::kExport)
    return true;
  return from.empty() ? !is_system_module(directive.module) : directive.module == from;
}

// -- The text format

void write_string(llvm::raw_ostream &out, StringRef text) {
  out << '"';
  for (char c : text)
    if (c == '"' || c == '\\' || (c >= 0 && c < ' ') || c == '\x7f')
      out << '\\' << llvm::toHex(StringRef(&c, 1), /*LowerCase=*/true);
    else
      out << c;
  out << '"';
}

void write_types(llvm::raw_ostream &out, const char *keyword, llvm::ArrayRef<Field> fields) {
  if (fields.empty())
    return;
  out << " (" << keyword;
  for (const Field &field : fields)
    out << ' ' << wasm::value_type_name(field.type);
  out << ')';
}

void write_signature(llvm::raw_ostream &out, const Signature &signature) {
  write_types(out, "param", signature.params);
  write_types(out, "result", signature.results);
}

} // namespace

bool is_system_module(StringRef module) {
  return module == kWasiPreview1 || module == "gojs";
}

std::vector<EntryPoint> entry_points(const Interface &interface) {
  constexpr Field kNumber = {0, wasm::ValueType::kI32, 0};
  std::vector<EntryPoint> entries;
  for (const objfile::EntryPoint &entry : objfile::entry_points(interface.module_kind())) {
    Signature signature;
    signature.params.assign(entry.num_params, kNumber);
    signature.results.assign(entry.num_results, kNumber);
    entries.push_back({entry.name, std::move(signature)});
  }
  return entries;
}

StringRef memory_name(const Interface &interface) {
  return objfile::memory_export(interface.module_kind());
}

void add_entry_points(Interface &interface) {
  for (EntryPoint &entry : entry_points(interface)) {
    if (llvm::any_of(interface.directives, [&](const Directive &directive) {
          return directive.kind == DirectiveKind::kExport && directive.name == entry.name;
        }))
      continue;
    Directive &directive = interface.directives.emplace_back();
    directive.kind = DirectiveKind::kExport;
    directive.name = entry.name;
    directive.signature = std::move(entry.signature);
  }
}

Interface other_side(const Interface &interface, StringRef from, StringRef module) {
  Interface other;
  other.types = interface.types;
  for (const Directive &directive : interface.directives) {
    if (!is_taken(directive, from))
      continue;
    bool is_import = directive.kind == DirectiveKind::kImport;
    Directive &turned = other.directives.emplace_back(directive);
    turned.kind = is_import ? DirectiveKind::kExport : DirectiveKind::kImport;
    turned.module = is_import ? "" : module.str();
  }
  return other;
}

llvm::Expected<std::vector<Contract>> read_contracts(StringRef file, StringRef bytes,
                                                     ContractSide side, StringRef module) {
  llvm::Expected<std::vector<Contract>> contracts = read_any(bytes, side);
  if (!contracts)
    return in_file(file, contracts.takeError());
  for (Contract &contract : *contracts) {
    contract.file = file;
    if (side == ContractSide::kGuest) {
      // In JSON only the mode says which entry points the guest has.
      if (!contract.is_module && !contract.guest.goos.empty())
        add_entry_points(contract.guest);
      contract.lines.resize(contract.guest.directives.size());
      continue;
    }
    std::vector<uint32_t> lines;
    for (size_t i = 0; i < contract.lines.size(); i++)
      if (is_taken(contract.guest.directives[i], ""))
        lines.push_back(contract.lines[i]);
    contract.guest = other_side(contract.guest, "", module);
    contract.module = module;
    contract.lines = std::move(lines);
  }
  return contracts;
}

void write_wat(llvm::raw_ostream &out, const Interface &interface, bool with_system) {
  out << "(module\n";
  objfile::NameSet written;
  auto is_new = [&](const Directive &directive) {
    return written.insert(directive.module + '\0' + directive.name).second;
  };
  for (const Directive &directive : interface.directives) {
    bool is_left_out = !with_system && is_system_module(directive.module);
    if (directive.kind != DirectiveKind::kImport || is_left_out || !is_new(directive))
      continue;
    out << "  (import ";
    write_string(out, directive.module);
    out << ' ';
    write_string(out, directive.name);
    out << " (func";
    write_signature(out, directive.signature);
    out << "))\n";
  }
  written.clear();
  for (const Directive &directive : interface.directives) {
    if (directive.kind != DirectiveKind::kExport || !is_new(directive))
      continue;
    out << "  (func (export ";
    write_string(out, directive.name);
    out << ")";
    write_signature(out, directive.signature);
    out << " unreachable)\n";
  }
  out << ")\n";
}

} // namespace wald::directives

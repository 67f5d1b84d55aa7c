// What Go's runtime finds in a finished module, as text: version, build information, moduledata,
// pclntab with its tables, findfunctab, types, itabs.
#include "linker/inspect/go_module.h"
#include "linker/inspect/types.h"
#include "wald/dump.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::dump {

namespace {

using inspect::Function;
using inspect::GoModule;
using inspect::PcRuns;
using llvm::StringRef;
using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;

class GoPrinter {
public:
  GoPrinter(llvm::raw_ostream &out, const GoModule &module) : out_(out), module_(module) {}

  void print_header();
  void print_module_data();
  void print_files();
  void print_find_index();
  void print_function(const Function &function);
  llvm::Error print_types();

private:
  void hex(uint64_t value) { (out_ << "0x").write_hex(value); }
  void field(const char *name, uint64_t value) { out_ << ' ' << name << '=' << value; }
  void hex_field(const char *name, uint64_t value) {
    out_ << ' ' << name << '=';
    hex(value);
  }
  void run(const char *table, const Function &function, const PcRuns &runs) {
    out_ << table << ' ' << function.index() << ' ' << runs.begin() << ".." << runs.end() << ' ';
  }
  void print_runs(const char *table, const Function &function, PcRuns runs);
  void print_funcdata(const Function &function);
  void print_type(const inspect::Type &type);
  void print_itab(const inspect::Itab &itab);

  llvm::raw_ostream &out_;
  const GoModule &module_;
};

void GoPrinter::print_header() {
  out_ << "goversion " << (module_.producer().empty() ? "unknown" : printable(module_.producer()))
       << " tables=go1." << module_.version().minor << '\n';
  const inspect::BuildInfo &info = module_.build_info();
  if (!info.go_version.empty())
    out_ << "buildversion " << quoted(info.go_version) << '\n';
  for (const inspect::BuildInfo::Line &line : info.lines()) {
    out_ << "buildinfo " << printable(line.kind);
    for (StringRef text : line.fields)
      out_ << ' ' << quoted(text);
    out_ << '\n';
  }
}

void GoPrinter::print_module_data() {
  out_ << "moduledata ";
  hex(module_.module_data_address());
  out_ << '\n';
  for (unsigned i = 0; i < objfile::kNumModuleFields; i++) {
    ModuleField id = ModuleField(i);
    const objfile::ModuleFieldInfo &info = objfile::module_field_info(id);
    if (!module_.has(id))
      continue;
    GoModule::Slice slice = module_.slice(id);
    out_ << "field " << info.name << ' ';
    hex(module_.word(id));
    if (info.num_words > 1)
      field("len", slice.length);
    if (info.num_words > 2)
      field("cap", slice.capacity);
    out_ << '\n';
  }
  out_ << "pcheader";
  field("functions", module_.header_word(layout::kNumFunctions));
  field("files", module_.header_word(layout::kNumFiles));
  hex_field("text", module_.header_word(layout::kTextStart));
  hex_field("funcnametab", module_.header_word(layout::kNames));
  hex_field("cutab", module_.header_word(layout::kUnitFiles));
  hex_field("filetab", module_.header_word(layout::kFiles));
  hex_field("pctab", module_.header_word(layout::kPcTables));
  hex_field("functab", module_.header_word(layout::kFunctionTable));
  out_ << '\n';
}

void GoPrinter::print_files() {
  StringRef files = objfile::to_string(module_.files());
  for (size_t at = 0; at < files.size();) {
    StringRef name = files.drop_front(at).split('\0').first;
    if (!name.empty())
      out_ << "file " << at << ' ' << quoted(name) << '\n';
    at += name.size() + 1;
  }
  objfile::Cursor units(module_.unit_files());
  for (uint64_t i = 0; units.remaining() >= 4; i++) {
    uint32_t offset = units.read<uint32_t>();
    if (offset != layout::kNoOffset)
      out_ << "unitfile " << i << ' ' << offset << '\n';
  }
}

// A line for each bucket that says something else than the one before. A function has 16, and the
// last one may have more; how many pcs there are is only what moduledata says.
void GoPrinter::print_find_index() {
  std::optional<GoModule::Bucket> last;
  uint64_t most = 64 * uint64_t(module_.num_functions());
  for (uint64_t i = 0; i < std::min(module_.num_buckets(), most); i++) {
    std::optional<GoModule::Bucket> bucket = module_.bucket(i);
    if (!bucket)
      break;
    if (bucket == last)
      continue;
    last = bucket;
    out_ << "findfunc " << i;
    field("function", bucket->function);
    out_ << " finer=";
    for (uint8_t finer : bucket->finer)
      out_ << llvm::format_hex_no_prefix(finer, 2);
    out_ << '\n';
  }
}

void GoPrinter::print_runs(const char *table, const Function &function, PcRuns runs) {
  while (runs.next()) {
    run(table, function, runs);
    out_ << runs.value() << '\n';
  }
}

void GoPrinter::print_function(const Function &function) {
  out_ << "function " << function.index() << ' ' << printable(function.name());
  hex_field("pc", function.entry_pc());
  if (std::optional<uint32_t> wasm_function = function.wasm_function())
    field("wasm", *wasm_function);
  field("points", function.num_resume_points());
  out_ << " args=" << int32_t(function.args()) << " start=" << function.start_line();
  field("deferreturn", function.defer_return());
  field("id", function.func_id());
  field("flags", function.flags());
  out_ << '\n';
  PcRuns files = function.pcfile();
  while (files.next()) {
    run("pcfile", function, files);
    out_ << quoted(function.file(files.value())) << '\n';
  }
  print_runs("pcline", function, function.pcline());
  print_runs("pcsp", function, function.pcsp());
  for (uint32_t kind = 0; kind < function.num_pcdata(); kind++)
    print_runs(("pcdata" + std::to_string(kind)).c_str(), function, function.pcdata(kind));
  for (uint32_t i = 0; i < function.num_inlined_calls(); i++) {
    inspect::InlinedCall call = function.inlined_call(i);
    out_ << "inlined " << function.index() << ' ' << i << ' ' << printable(call.name)
         << " parent=" << call.parent_pc << " start=" << call.start_line;
    field("id", call.func_id);
    out_ << '\n';
  }
  print_funcdata(function);
}

void GoPrinter::print_funcdata(const Function &function) {
  for (uint32_t kind = 0; kind < function.num_funcdata(); kind++) {
    std::optional<uint64_t> address = function.funcdata_address(kind);
    if (!address || kind == objfile::funcdata::kInlineTree)
      continue;
    out_ << "funcdata " << function.index() << ' ' << kind << ' ';
    hex(*address);
    constexpr uint64_t kMost = 1024;
    if (std::optional<objfile::Bytes> bytes = function.funcdata(kind)) {
      field("size", bytes->size());
      out_ << ' ';
      for (uint8_t byte : bytes->take_front(kMost))
        out_ << llvm::hexdigit(byte >> 4, true) << llvm::hexdigit(byte & 15, true);
      out_ << (bytes->size() > kMost ? ".." : "");
    }
    out_ << '\n';
  }
}

// -- Types

void GoPrinter::print_type(const inspect::Type &type) {
  auto address = [&](const char *name, uint64_t value) {
    if (value)
      hex_field(name, value);
  };
  out_ << "type ";
  hex(type.address);
  out_ << ' ' << objfile::type_kind_name(type.kind) << ' ' << quoted(type.text);
  field("size", type.size);
  field("pointers", type.pointer_bytes);
  field("align", type.alignment);
  hex_field("hash", type.hash);
  hex_field("flags", type.flags);
  if (!type.package_path.empty())
    out_ << " package=" << quoted(type.package_path);
  address("key", type.key);
  address("element", type.element);
  if (type.kind == objfile::TypeKind::kArray)
    field("length", type.length);
  if (type.kind == objfile::TypeKind::kChan)
    field("direction", type.direction);
  address("pointer", type.pointer_to_this);
  address("equal", type.equal);
  address("gcdata", type.gc_data);
  out_ << (type.is_variadic ? " variadic\n" : "\n");
  auto part = [&](const char *kind) -> llvm::raw_ostream & {
    out_ << kind << ' ';
    hex(type.address);
    return out_ << ' ';
  };
  for (uint64_t param : type.params)
    hex((part("param"), param)), out_ << '\n';
  for (uint64_t result : type.results)
    hex((part("result"), result)), out_ << '\n';
  for (const inspect::Type::Field &entry : type.fields) {
    part("structfield") << quoted(entry.name);
    hex_field("type", entry.type);
    field("offset", entry.offset);
    out_ << (entry.is_embedded ? " embedded" : "");
    if (!entry.tag.empty())
      out_ << " tag=" << quoted(entry.tag);
    out_ << '\n';
  }
  for (const inspect::Type::InterfaceMethod &method : type.interface_methods) {
    part("interfacemethod") << quoted(method.name);
    hex_field("type", method.type);
    out_ << '\n';
  }
  for (const inspect::Type::Method &method : type.methods) {
    part("method") << quoted(method.name);
    hex_field("type", method.type);
    hex_field("interfacecode", method.interface_pc);
    hex_field("code", method.code_pc);
    out_ << '\n';
  }
}

void GoPrinter::print_itab(const inspect::Itab &itab) {
  out_ << "itab ";
  hex(itab.address);
  hex_field("interface", itab.interface);
  hex_field("type", itab.type);
  hex_field("hash", itab.hash);
  out_ << " code=";
  for (size_t i = 0; i < itab.functions.size(); i++) {
    out_ << (i ? "," : "");
    hex(itab.functions[i]);
  }
  out_ << '\n';
}

llvm::Error GoPrinter::print_types() {
  inspect::TypeReader reader(module_);
  llvm::Expected<std::vector<uint64_t>> links = reader.type_links();
  if (!links)
    return links.takeError();
  for (uint64_t address : *links) {
    out_ << "typelink ";
    hex(address);
    out_ << '\n';
  }
  llvm::Expected<std::vector<inspect::Type>> types = reader.all_types();
  if (!types)
    return types.takeError();
  for (const inspect::Type &type : *types)
    print_type(type);
  llvm::Expected<std::vector<inspect::Itab>> itabs = reader.itabs();
  if (!itabs)
    return itabs.takeError();
  for (const inspect::Itab &itab : *itabs)
    print_itab(itab);
  return llvm::Error::success();
}

} // namespace

llvm::Error print_go_module(llvm::raw_ostream &out, const wasm::Module &wasm_module,
                            const Options &options) {
  llvm::Expected<GoModule> module = GoModule::open(wasm_module);
  if (!module)
    return module.takeError();
  GoPrinter printer(out, *module);
  bool is_found = options.only.empty();
  if (options.only.empty()) {
    printer.print_header();
    printer.print_module_data();
    printer.print_files();
    printer.print_find_index();
  }
  for (uint32_t i = 0; i < module->num_functions(); i++) {
    Function function = module->function(i);
    if (!options.only.empty() && function.name() != options.only)
      continue;
    is_found = true;
    printer.print_function(function);
  }
  if (!is_found)
    return llvm::createStringError("no function " + quoted(options.only));
  return options.only.empty() ? printer.print_types() : llvm::Error::success();
}

} // namespace wald::dump

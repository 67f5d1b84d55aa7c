// Go objects as text: header, symbols, relocations, aux data with decoded function info,
// directives.
#include "wald/dump.h"

#include "directives/signature.h"
#include "objfile/go_abi.h"
#include "objfile/goobj_names.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

namespace wald::dump {

namespace {

using namespace objfile;

constexpr size_t kLongestLabel = 4096; // bytes

// The eight bytes in the order in which they stand in the file.
std::array<uint8_t, 8> bytes_of(uint64_t value) {
  std::array<uint8_t, 8> bytes;
  store(bytes.data(), value);
  return bytes;
}

class ObjectPrinter {
public:
  ObjectPrinter(llvm::raw_ostream &out, const Object &object, const Options &options)
      : out_(out), object_(object), options_(options), builtins_(builtin_names(object.version())) {
    for (RefNameRecord record : object.ref_names())
      ref_names_.try_emplace({record.target().package, record.target().index}, object.name(record));
    for (uint32_t local = 0; local < object.num_defs(); local++)
      num_definitions_[object.name(local)]++;
  }

  bool print();

private:
  void print_header();
  void print_files();
  void print_symbol(uint32_t local);
  void print_relocs(uint32_t local);
  void print_auxes(uint32_t local);
  void print_func_info(uint32_t local, Bytes data);
  void print_directives(uint32_t local);
  void print_data(uint32_t local);

  // The name of a local symbol; "#12" for one without.
  std::string name_label(uint32_t local) const;
  // The same in lines that have no number beside: "main.f.func1#12" where the object defines
  // several of the name. A long name becomes a number, too, for there may be many lines.
  std::string label(uint32_t local) const;
  std::string target_label(SymRef target) const;
  const char *group(uint32_t local) const;

  llvm::raw_ostream &out_;
  const Object &object_;
  const Options &options_;
  std::vector<llvm::StringRef> builtins_;
  std::map<std::pair<uint32_t, uint32_t>, llvm::StringRef> ref_names_;
  llvm::DenseMap<llvm::StringRef, uint32_t> num_definitions_; // by name
};

std::string ObjectPrinter::name_label(uint32_t local) const {
  llvm::StringRef name = object_.name(local);
  return name.empty() ? "#" + std::to_string(local) : printable(name);
}

std::string ObjectPrinter::label(uint32_t local) const {
  llvm::StringRef name = object_.name(local);
  std::string number = "#" + std::to_string(local);
  if (name.size() > kLongestLabel)
    return number;
  bool is_one_of_several = local < object_.num_defs() && num_definitions_.lookup(name) > 1;
  return is_one_of_several && !name.empty() ? name_label(local) + number : name_label(local);
}

std::string ObjectPrinter::target_label(SymRef target) const {
  if (target.is_null())
    return "null";
  if (std::optional<uint32_t> local = object_.local_index(target))
    return label(*local);
  if (target.package == kPackageBuiltin && target.index < builtins_.size())
    return "builtin:" + builtins_[target.index].str();
  if (target.package == 0 || target.package >= object_.num_packages())
    return "broken:" + std::to_string(target.package) + "#" + std::to_string(target.index);
  llvm::StringRef package = object_.package(target.package);
  std::string text = package.size() > kLongestLabel ? "package:" + std::to_string(target.package)
                                                    : printable(package);
  text += "#" + std::to_string(target.index);
  auto name = ref_names_.find({target.package, target.index});
  bool has_name = name != ref_names_.end() && name->second.size() <= kLongestLabel;
  return has_name ? text + " " + printable(name->second) : text;
}

const char *ObjectPrinter::group(uint32_t local) const {
  if (local < object_.first_hashed64())
    return "def";
  if (local < object_.first_hashed())
    return "hashed64";
  if (local < object_.first_nonpkg_def())
    return "hashed";
  return local < object_.num_defs() ? "nonpkg" : "ref";
}

void ObjectPrinter::print_header() {
  const TextHeader &header = object_.header();
  out_ << "object " << header.goos << ' ' << header.goarch << ' ' << header.version << '\n';
  if (!header.gowasm.empty())
    out_ << "gowasm " << header.gowasm << '\n';
  if (!header.experiments.empty())
    out_ << "experiments " << header.experiments << '\n';
  if (!header.build_id.empty())
    out_ << "buildid " << quoted(header.build_id) << '\n';
  if (header.is_main)
    out_ << "package main\n";
  if (!header.cgo_directives.empty())
    out_ << "cgo " << printable(header.cgo_directives) << '\n';
  out_ << "fingerprint " << llvm::toHex(object_.payload().slice(8, 8), true) << '\n';
  out_ << "flags";
  for (const std::string &flag : object_flag_names(object_.flags()))
    out_ << ' ' << flag;
  out_ << '\n';
  out_ << "count def " << object_.num_symdefs() << '\n'
       << "count hashed64 " << object_.num_hashed64_defs() << '\n'
       << "count hashed " << object_.num_hashed_defs() << '\n'
       << "count nonpkg " << object_.num_nonpkg_defs() << '\n'
       << "count ref " << object_.num_nonpkg_refs() << '\n';
  for (uint32_t i = 0; i < object_.num_autolibs(); i++) {
    Autolib autolib = object_.autolib(i);
    out_ << "autolib " << printable(autolib.path) << " fingerprint "
         << llvm::toHex(bytes_of(autolib.fingerprint), true) << '\n';
  }
  for (uint32_t i = 1; i < object_.num_packages(); i++)
    out_ << "package " << i << ' ' << printable(object_.package(i)) << '\n';
}

void ObjectPrinter::print_files() {
  for (uint32_t i = 0; i < object_.num_files(); i++)
    out_ << "file " << i << ' ' << printable(object_.file(i)) << '\n';
}

void ObjectPrinter::print_symbol(uint32_t local) {
  SymbolRecord symbol = object_.symbol(local);
  out_ << "symbol " << local << ' ' << name_label(local) << " group=" << group(local)
       << " kind=" << raw_kind_name(symbol.raw_kind(), object_.version()) << " abi=";
  if (symbol.is_static())
    out_ << "static";
  else
    out_ << symbol.abi();
  out_ << " size=" << symbol.size();
  if (symbol.alignment())
    out_ << " align=" << symbol.alignment();
  if (local < object_.num_defs())
    out_ << " data=" << object_.data(local).size();
  const char *separator = " flags=";
  for (const std::string &flag :
       symbol_flag_names(symbol.flag(), symbol.flag2(), object_.version())) {
    out_ << separator << flag;
    separator = ",";
  }
  if (local >= object_.first_hashed64() && local < object_.first_hashed())
    out_ << " hash=" << llvm::toHex(bytes_of(object_.hash64(local)), true);
  if (local >= object_.first_hashed() && local < object_.first_nonpkg_def())
    out_ << " hash=" << llvm::toHex(object_.hash(local), true);
  out_ << '\n';
}

void ObjectPrinter::print_relocs(uint32_t local) {
  for (RelocRecord reloc : object_.relocs(local)) {
    out_ << "reloc " << label(local) << '+' << reloc.offset() << ' '
         << reloc_type_name(reloc.type(), object_.version()) << " size=" << unsigned(reloc.size());
    if (reloc.addend())
      out_ << " addend=" << reloc.addend();
    out_ << " -> " << target_label(reloc.target()) << '\n';
  }
}

void ObjectPrinter::print_auxes(uint32_t local) {
  for (AuxRecord aux : object_.auxes(local)) {
    out_ << "aux " << label(local) << ' ' << aux_kind_name(uint8_t(aux.kind())) << " -> "
         << target_label(aux.target()) << '\n';
    std::optional<uint32_t> target = object_.local_index(aux.target());
    if (aux.kind() == AuxKind::kFuncInfo && target && *target < object_.num_defs())
      print_func_info(local, object_.data(*target));
  }
}

void ObjectPrinter::print_func_info(uint32_t local, Bytes data) {
  std::string text = label(local);
  std::optional<objfile::FuncInfoView> info = objfile::FuncInfoView::parse(data);
  if (!info) {
    out_ << "broken funcinfo of " << text << '\n';
    return;
  }
  out_ << "funcinfo " << text << " args=" << int32_t(info->args()) << " locals=" << info->locals()
       << " funcid=" << unsigned(info->func_id()) << " flag=" << unsigned(info->flags())
       << " line=" << info->start_line() << " files=";
  for (uint32_t i = 0; i < info->num_files(); i++)
    out_ << (i ? "," : "") << info->file(i);
  out_ << '\n';
  for (uint32_t i = 0; i < info->num_inline_nodes(); i++) {
    objfile::FuncInfoView::InlineNode node = info->inline_node(i);
    out_ << "inlined " << text << ' ' << i << " parent=" << node.parent << " file=" << node.file
         << " line=" << int32_t(node.line) << " pc=" << node.parent_pc << " -> "
         << target_label({node.function_package, node.function_index}) << '\n';
  }
}

void ObjectPrinter::print_directives(uint32_t local) {
  const GoVersion &version = object_.version();
  if (object_.symbol(local).flag2() & version.flag2_wasm_export)
    out_ << "wasmexport " << quoted(object_.name(local)) << '\n';
  for (AuxRecord aux : object_.auxes(local)) {
    bool is_import = aux.kind() == AuxKind::kWasmImport;
    std::optional<uint32_t> target = object_.local_index(aux.target());
    if ((!is_import && aux.kind() != AuxKind::kWasmType) || !target ||
        *target >= object_.num_defs())
      continue;
    llvm::Error error = llvm::Error::success();
    if (is_import) {
      auto record = directives::decode_wasm_import(object_.data(*target), version);
      if (record)
        out_ << "wasmimport " << quoted(record->module) << ' ' << quoted(record->name) << ' '
             << directives::signature_text(record->signature) << " func " << label(local) << '\n';
      error = llvm::joinErrors(std::move(error), record.takeError());
    } else {
      auto signature = directives::decode_wasm_type(object_.data(*target), version);
      if (signature)
        out_ << "wasmtype " << quoted(object_.name(local)) << ' '
             << directives::signature_text(*signature) << '\n';
      error = llvm::joinErrors(std::move(error), signature.takeError());
    }
    if (error)
      out_ << "broken directive of " << label(local) << ": " << llvm::toString(std::move(error))
           << '\n';
  }
}

void ObjectPrinter::print_data(uint32_t local) {
  print_hex_lines(out_, "data " + label(local), object_.data(local), 0);
}

bool ObjectPrinter::print() {
  Options view = options_;
  if (!view.only.empty()) {
    view.symbols = view.relocs = view.aux = view.directives = view.data = true;
  } else if (!view.has_any_part()) {
    view.header = view.symbols = view.directives = true;
  }
  if (view.header)
    print_header();
  if (view.files)
    print_files();
  bool is_found = view.only.empty();
  for (uint32_t local = 0; local < object_.num_symbols(); local++) {
    if (!view.only.empty() && name_label(local) != view.only)
      continue;
    is_found = true;
    if (view.symbols)
      print_symbol(local);
    if (local >= object_.num_defs())
      continue;
    if (view.directives)
      print_directives(local);
    if (view.relocs)
      print_relocs(local);
    if (view.aux)
      print_auxes(local);
    if (view.data)
      print_data(local);
  }
  if (view.header)
    for (RefFlagsRecord record : object_.ref_flags())
      out_ << "refflags " << target_label(record.target()) << " flag=" << unsigned(record.flag())
           << " flag2=" << unsigned(record.flag2()) << '\n';
  return is_found;
}

} // namespace

bool print_object(llvm::raw_ostream &out, const Object &object, const Options &options) {
  return ObjectPrinter(out, object, options).print();
}

} // namespace wald::dump

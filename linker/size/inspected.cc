#include "linker/size/inspected.h"

#include "linker/inspect/types.h"
#include "linker/size/byte_walk.h"
#include "objfile/known_symbols.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <map>

namespace wald::size {

namespace {

using inspect::Function;
using inspect::GoModule;
using objfile::KnownSymbol;
using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;

// Stand for what has no package.
constexpr llvm::StringLiteral kTypesPackage = "<types>", kDataPackage = "<data>";

class Inspected {
public:
  Inspected(const GoModule &module, Report &report)
      : module_(module), report_(report), modules_(report, module.build_info().text),
        linker_(package(kLinkerPackage)) {}

  void run() {
    list_functions();
    list_tables();
    list_types();
    list_rest();
    owners_.memory.finish();
    fill_rest();
    attribute_bytes(module_.wasm(), owners_, package(kWasmPackage), report_);
    report_.finish();
  }

private:
  uint32_t package(StringRef path) {
    auto [found, is_new] = packages_.try_emplace(path, report_.packages.size());
    if (is_new)
      report_.packages.push_back({report_.save(path), modules_.module_of(path), 0, {}, 0});
    return found->second;
  }
  RowId linker_row(StringRef name) { return report_.add_row(name, linker_); }
  void add(uint64_t begin, uint64_t size, RowId row, Kind kind) {
    owners_.memory.add(begin, size, row, kind);
  }
  uint64_t address_of(const void *view) const {
    return static_cast<const uint8_t *>(view) - module_.memory().from(0).data();
  }
  uint64_t word(ModuleField field) const { return module_.word(field); }

  // -- Functions
  void list_functions() {
    const wasm::Module &wasm = module_.wasm();
    owners_.functions.assign(wasm.num_functions(), RowId::kNone);
    for (uint32_t i = 0; i < module_.num_functions(); i++) {
      Function function = module_.function(i);
      StringRef path = package_of_function(function.name());
      rows_.push_back(report_.add_row(function.name(), path.empty() ? linker_ : package(path)));
      std::optional<uint32_t> index = function.wasm_function();
      if (index && *index < owners_.functions.size() && owners_.functions[*index] == RowId::kNone)
        owners_.functions[*index] = rows_.back();
    }
    own_emptied_functions(wasm, rows_.size(), [&](size_t i) { return rows_[i]; }, owners_);
    // Those that the runtime does not know, such as the ones of wald optimize.
    for (uint32_t i = wasm.num_imported_functions(); i < owners_.functions.size(); i++)
      if (owners_.functions[i] == RowId::kNone && !wasm.function_name(i).empty())
        owners_.functions[i] = linker_row(wasm.function_name(i));
  }

  // -- The runtime's tables
  void list_tables() {
    add(word(ModuleField::kPcHeader), layout::kHeaderSize,
        linker_row(objfile::name_of(KnownSymbol::kPcHeader)), Kind::kPcHeader);
    // The empty table, and the pc at the end.
    add(word(ModuleField::kPcTables), 1, linker_row(objfile::name_of(KnownSymbol::kPcTab)),
        Kind::kPcTables);
    add(word(ModuleField::kFunctions) + layout::kIndexEntrySize * module_.num_functions(), 4,
        linker_row(objfile::name_of(KnownSymbol::kFuncTab)), Kind::kFunctions);
    add(module_.module_data_address(), objfile::ModuleDataLayout(module_.version()).size(),
        linker_row(objfile::name_of(KnownSymbol::kFirstModuleData)), Kind::kModuleData);
    for (uint32_t i = 0; i < module_.num_functions(); i++) {
      Function function = module_.function(i);
      list_names(function, rows_[i]);
      list_record(function, rows_[i]);
      list_pc_tables(function, rows_[i]);
      for (uint32_t kind = 0; kind < function.num_funcdata(); kind++) {
        std::optional<objfile::Bytes> bytes = function.funcdata(kind);
        if (std::optional<uint64_t> address = function.funcdata_address(kind); bytes && address)
          add(*address, bytes->size(), rows_[i], Kind::kFuncdata);
      }
    }
    list_units();
    list_find_index();
    RowId links = linker_row("typelinks and itablinks");
    if (module_.has(ModuleField::kTypeLinks))
      add(word(ModuleField::kTypeLinks), 4 * module_.slice(ModuleField::kTypeLinks).length, links,
          Kind::kTypeLinks);
    if (module_.has(ModuleField::kItabLinks))
      add(word(ModuleField::kItabLinks), 8 * module_.slice(ModuleField::kItabLinks).length, links,
          Kind::kTypeLinks);
  }

  // Of functions that are only inlined, too: the first into which one is has them.
  void list_names(const Function &function, RowId row) {
    auto add_name = [&](StringRef name) {
      if (!name.empty())
        add(address_of(name.data()), name.size() + 1, row, Kind::kFuncNames);
    };
    add_name(function.name());
    for (uint32_t i = 0; i < function.num_inlined_calls(); i++)
      if (StringRef name = function.inlined_call(i).name; named_.insert(name.data()).second)
        add_name(name);
  }

  void list_record(const Function &function, RowId row) {
    uint64_t index = word(ModuleField::kFunctions) + layout::kIndexEntrySize * function.index();
    add(index, layout::kIndexEntrySize, row, Kind::kFunctions);
    uint64_t offset = module_.memory().load<uint32_t>(index + 4);
    add(word(ModuleField::kFunctionRecords) + offset,
        layout::kRecordSize + 4ull * function.num_pcdata() + 4ull * function.num_funcdata(), row,
        Kind::kFunctions);
  }

  // Tables that several functions share belong to the first.
  void list_pc_tables(const Function &function, RowId row) {
    auto add_table = [&](inspect::PcRuns runs) {
      const uint8_t *begin = runs.rest().data();
      if (runs.rest().empty() || !tables_.insert(begin).second)
        return;
      while (runs.next()) {
      }
      add(address_of(begin), runs.rest().data() - begin, row, Kind::kPcTables);
    };
    add_table(function.pcsp());
    add_table(function.pcfile());
    add_table(function.pcline());
    for (uint32_t kind = 0; kind < function.num_pcdata(); kind++)
      add_table(function.pcdata(kind));
  }

  // A unit's file numbers go up to the next unit's; its first function has them.
  void list_units() {
    std::map<uint32_t, RowId> units;
    for (uint32_t i = 0; i < module_.num_functions(); i++)
      if (uint32_t unit = module_.function(i).unit(); unit != layout::kNoOffset)
        units.try_emplace(unit, rows_[i]);
    uint64_t begin = word(ModuleField::kUnitFiles), size = module_.unit_files().size();
    for (auto at = units.begin(); at != units.end(); ++at) {
      uint64_t from = 4ull * at->first;
      uint64_t to = std::next(at) == units.end() ? size : 4ull * std::next(at)->first;
      if (from < size)
        add(begin + from, std::min(to, size) - from, at->second, Kind::kUnitFiles);
    }
    add(word(ModuleField::kFiles), module_.files().size(),
        linker_row(objfile::name_of(KnownSymbol::kFileTab)), Kind::kFileNames);
  }

  // A function has the buckets of its 64 Ki pcs.
  void list_find_index() {
    constexpr uint64_t kBytes = (1 << objfile::kPcBits) / layout::kBucketPcs * layout::kBucketSize;
    inspect::MemoryImage::Extent table = module_.find_index();
    uint32_t first = module_.function(0).slot();
    for (uint32_t i = 0; i < module_.num_functions(); i++) {
      uint64_t begin = table.begin + kBytes * (module_.function(i).slot() - first);
      if (begin < table.end)
        add(begin, std::min(kBytes, table.end - begin), rows_[i], Kind::kFindFunctions);
    }
  }

  // -- Types
  void list_types() {
    inspect::TypeReader reader(module_);
    llvm::Expected<std::vector<inspect::Type>> types = reader.all_types();
    llvm::Expected<std::vector<inspect::Itab>> itabs = reader.itabs();
    if (!types || !itabs) {
      std::string problem = toString(types ? itabs.takeError() : types.takeError());
      llvm::consumeError(types ? llvm::Error::success() : itabs.takeError());
      report_.notes.push_back("types are not told apart: " + problem);
      return;
    }
    for (const inspect::Type &type : *types)
      types_[type.address] = &type;
    for (const inspect::Type &type : *types) {
      RowId row = report_.add_row(report_.save("type:" + type.text), package(path_of(type)));
      add(type.address, type.descriptor_size, row, Kind::kType);
      // A mask has a bit for each word up to the last pointer; other flags mean other forms.
      bool has_mask = type.gc_data != 0 && type.pointer_bytes != 0 &&
                      !(type.flags & objfile::kTypeMaskOnDemand) && type.pointer_bytes <= 16384;
      if (has_mask)
        add(type.gc_data, (type.pointer_bytes / 8 + 7) / 8, row, Kind::kGcData);
    }
    for (const inspect::Itab &itab : *itabs) {
      const inspect::Type *type = types_.lookup(itab.type);
      const inspect::Type *interface = types_.lookup(itab.interface);
      StringRef name = type ? type->text : "?", of = interface ? interface->text : "?";
      add(itab.address, objfile::itab_layout::kFunctions + 8 * itab.functions.size(),
          report_.add_row(report_.save("go:itab." + name + "," + of),
                          package(type ? path_of(*type) : StringRef(kTypesPackage))),
          Kind::kItab);
    }
  }

  // Of a type without a name that of its element.
  StringRef path_of(const inspect::Type &type) const {
    const inspect::Type *at = &type;
    constexpr unsigned kMostDepth = 16;
    for (unsigned depth = 0; at && depth < kMostDepth; depth++) {
      if (!at->package_path.empty())
        return at->package_path;
      at = at->element ? types_.lookup(at->element) : nullptr;
    }
    return kTypesPackage;
  }

  // -- What has no names
  void list_rest() {
    if (StringRef text = module_.build_info().text; !text.empty())
      add(address_of(text.data()), text.size(),
          report_.add_row(objfile::name_of(KnownSymbol::kModInfo), package("runtime")),
          Kind::kString);
    report_.notes.push_back("variables, constants and strings have no names in a module: they "
                            "count together, with the zeros between them");
    report_.notes.push_back("what symbols and packages keep in the program (retained sizes) is not "
                            "known without the objects");
    report_.notes.push_back(
        "of tables that functions share, and of types, it is not known who brought them: they "
        "belong to the first function, or to the package of the type");
  }

  void fill_rest() {
    MemoryMap &memory = owners_.memory;
    RowId variables = report_.add_row("variables", package(kDataPackage));
    memory.fill(word(ModuleField::kNoptrdata), word(ModuleField::kNoptrdataEnd), variables,
                Kind::kVariable);
    memory.fill(word(ModuleField::kData), word(ModuleField::kDataEnd), variables, Kind::kVariable);
    if (module_.version().types_in_own_section)
      memory.fill(word(ModuleField::kTypes), word(ModuleField::kTypesEnd),
                  report_.add_row("names of types, fields and methods", package(kTypesPackage)),
                  Kind::kType);
    if (module_.version().funcdata_in_pclntab)
      memory.fill(word(ModuleField::kFuncdata), module_.find_index().begin,
                  linker_row("other funcdata"), Kind::kFuncdata);
    owners_.rest = report_.add_row("constants, strings and zeros", package(kDataPackage));
    owners_.rest_kind = Kind::kConstant;
  }

  const GoModule &module_;
  Report &report_;
  ModuleList modules_;
  llvm::StringMap<uint32_t> packages_;
  uint32_t linker_;
  Owners owners_;
  std::vector<RowId> rows_; // by function of the runtime's
  llvm::DenseSet<const char *> named_;
  llvm::DenseSet<const uint8_t *> tables_;
  llvm::DenseMap<uint64_t, const inspect::Type *> types_;
};

} // namespace

void attribute_module(const inspect::GoModule &module, Report &report) {
  report.go_version = module.build_info().go_version.empty() ? module.producer().str()
                                                             : module.build_info().go_version.str();
  Inspected(module, report).run();
}

} // namespace wald::size

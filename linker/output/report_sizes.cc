// --size-report, --size-baseline, --size-compressed and --size-budget: whose each byte of the
// finished file is. The file is read back; what the link knows says whose functions and which
// symbols' memory these are.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/liveness/reference_graph.h"
#include "linker/output/module_plan.h"
#include "linker/output/read_back.h"
#include "linker/size/byte_walk.h"
#include "linker/size/output.h"
#include "linker/tables/pclntab/pclntab.h"
#include "objfile/support/scratch_array.h"
#include "wasm/build_info.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

using size::Kind;
using size::Report;
using size::RowId;

class SizeAttribution {
public:
  SizeAttribution(const Context &ctx, Report &report)
      : ctx_(ctx), report_(report),
        rows_(ctx.num_positional + 1 + ctx.new_symbols.size(), RowId::kNone) {
    report_.reserve(ctx.references->num_nodes());
    list_packages();
  }

  // May run beside list_memory().
  void find_keepers() {
    const ReferenceGraph &graph = *ctx_.references;
    keepers_ = graph.keepers();
    // 0 is the root's.
    std::vector<uint32_t> package_of_node(graph.num_nodes()), module_of_package = {0};
    for (uint32_t node = 1; node < graph.num_nodes(); node++)
      package_of_node[node] = 1 + package_of(graph.symbol_of(node));
    for (const size::Package &package : report_.packages)
      module_of_package.push_back(1 + package.module);
    References packages = graph.grouped(package_of_node, module_of_package.size());
    package_keepers_ = packages.keepers();
    module_keepers_ = packages.grouped(module_of_package, 1 + report_.modules.size()).keepers();
  }

  // In the order of addresses. Needs no module.
  void list_memory() {
    note_funcdata();
    for (const Section &section : ctx_.sections)
      for (Group group : section.groups)
        for (const Member &member : ctx_.members[unsigned(group)])
          if (member.size != 0)
            add_member(owners_.memory, group, member);
    owners_.memory.finish();
  }

  // After both.
  void attribute(const wasm::Module &module) {
    list_functions(module, owners_);
    owners_.rest = report_.add_row("padding", linker_package_);
    owners_.rest_kind = Kind::kPadding;
    size::attribute_bytes(module, owners_, wasm_package_, report_);
    add_retained_sizes();
    report_.finish();
  }

private:
  // -- Packages: those of the link by their number, and two more.
  void list_packages() {
    StringRef build_info;
    for (const auto &[name, value] : ctx_.options.string_values)
      if (name == objfile::name_of(KnownSymbol::kModInfo))
        build_info = wasm::build_info_text(value);
    report_.file = llvm::sys::path::filename(ctx_.plan.file).str();
    if (build_info.consume_front("path\t"))
      report_.file = build_info.split('\n').first.str();
    report_.go_version = ctx_.go_version.str();
    report_.is_of_link = true;
    size::ModuleList modules(report_, build_info);
    auto add = [&](StringRef path) {
      report_.packages.push_back({path, modules.module_of(path), 0, {}, 0});
      return uint32_t(report_.packages.size() - 1);
    };
    for (const Library &library : ctx_.libraries)
      add(library.path);
    linker_package_ = add(size::kLinkerPackage);
    wasm_package_ = add(size::kWasmPackage);
  }

  uint32_t package_of(SymId id) const {
    Definition from = SymbolView(ctx_, id).origin();
    return from.is_owned() ? linker_package_ : ctx_.objects[from.object]->library;
  }

  RowId row_of(SymId id) {
    RowId &row = rows_[number(id)];
    if (row == RowId::kNone) {
      StringRef name = name_of(ctx_, id);
      row = report_.add_row(name.empty() ? "an unnamed symbol" : name, package_of(id));
    }
    return row;
  }

  // -- Functions: by the table, which stays as it is also where another program has rewritten the
  // module and given functions other numbers.
  void list_functions(const wasm::Module &module, size::Owners &owners) {
    const ModulePlan &plan = *ctx_.module;
    owners.functions.assign(module.num_functions(), RowId::kNone);
    list_imports(module, owners);
    size_t num_slots = std::min(ctx_.text.size(), module.table_functions.size());
    for (size_t i = 0; i < num_slots; i++)
      if (uint32_t index = module.table_functions[i];
          index < owners.functions.size() && owners.functions[index] == RowId::kNone)
        owners.functions[index] = row_of(ctx_.text[i]);
    size::own_emptied_functions(
        module, ctx_.text.size(), [&](size_t i) { return row_of(ctx_.text[i]); }, owners);
    // Others are the linker's own.
    uint32_t first_added = module.num_imported_functions() + ctx_.text.size();
    for (uint32_t i = module.num_imported_functions(); i < owners.functions.size(); i++) {
      if (owners.functions[i] != RowId::kNone)
        continue;
      StringRef name = module.function_name(i);
      if (!ctx_.plan.wasm_opt.is_on() && i >= first_added && i - first_added < plan.added.size())
        name = plan.added[i - first_added].name;
      if (!name.empty())
        owners.functions[i] = report_.add_row(report_.save(name), linker_package_);
    }
  }

  // An import belongs to the function that calls it.
  void list_imports(const wasm::Module &module, size::Owners &owners) {
    const ModulePlan &plan = *ctx_.module;
    std::vector<SymId> wrappers(plan.imports.size(), SymId::kNone);
    for (const auto &[wrapper, index] : plan.import_of_wrapper)
      if (index < wrappers.size())
        wrappers[index] = wrapper;
    uint32_t function = 0;
    for (const wasm::Import &import : module.imports) {
      if (import.kind != wasm::ExternKind::kFunction)
        continue;
      for (size_t i = 0; i < wrappers.size(); i++)
        if (wrappers[i] != SymId::kNone && plan.imports[i].module == import.module &&
            plan.imports[i].name == import.name) {
          owners.functions[function] = row_of(wrappers[i]);
          wrappers[i] = SymId::kNone;
          break;
        }
      function++;
    }
  }

  // -- Memory
  void add_member(size::MemoryMap &memory, Group group, const Member &member) {
    uint64_t address = number(ctx_.values.address(member.id));
    SymbolView symbol(ctx_, member.id);
    for (const Pclntab::Table &table : ctx_.pclntab->tables())
      if (table.symbol == member.id)
        return add_table(memory, address, table);
    if (group == Group::kGoFunc && symbol.is_owned() && symbol.owned().source) { // an inline tree
      SymId function = ctx_.pclntab->facts().functions()[symbol.owned().source_part].id;
      return memory.add(address, member.size, row_of(function), Kind::kFuncdata);
    }
    auto user = user_of_funcdata_.find(member.id);
    SymId owner = user == user_of_funcdata_.end() ? member.id : user->second;
    memory.add(address, member.size, row_of(owner), kind_of(group, symbol));
  }

  void add_table(size::MemoryMap &memory, uint64_t address, const Pclntab::Table &table) {
    const Pclntab &tables = *ctx_.pclntab;
    constexpr Kind kParts[] = {Kind::kFuncNames, Kind::kUnitFiles, Kind::kFileNames,
                               Kind::kPcTables, Kind::kFunctions};
    Kind kind = Kind::kFuncdata;
    if (table.symbol == tables.header)
      kind = Kind::kPcHeader;
    else if (table.symbol == tables.find_functions)
      kind = Kind::kFindFunctions;
    for (size_t i = 0; i < tables.parts.size(); i++)
      if (table.symbol == tables.parts[i])
        kind = kParts[i];
    table.table->for_each_piece([&](const TablePiece &piece) {
      SymId owner = piece.owner == SymId::kNone ? table.symbol : piece.owner;
      memory.add(address + piece.offset, piece.size, row_of(owner), kind);
    });
  }

  // Where funcdata is laid out with the data, it belongs to the first function that uses it, as
  // in the table of later versions.
  void note_funcdata() {
    if (ctx_.version->funcdata_in_pclntab)
      return;
    const FunctionFacts &facts = ctx_.pclntab->facts();
    for (const Function &function : facts.functions())
      for (SymId id : facts.funcdata(function))
        if (id != SymId::kNone)
          user_of_funcdata_.try_emplace(id, function.id);
  }

  Kind kind_of(Group group, const SymbolView &symbol) const {
    SymId id = symbol.id();
    if (id == known(ctx_, KnownSymbol::kFirstModuleData))
      return Kind::kModuleData;
    if (id == known(ctx_, KnownSymbol::kGcData) || id == known(ctx_, KnownSymbol::kGcBss))
      return Kind::kGcData;
    if (symbol.flag2() & objfile::kFlag2Itab)
      return Kind::kItab;
    switch (group) {
    case Group::kType:
      return Kind::kType;
    case Group::kGoString:
      return Kind::kString;
    case Group::kGoFunc:
      return symbol.name().ends_with("·f") ? Kind::kFuncValue : Kind::kFuncdata;
    case Group::kGcBits:
    case Group::kGcMask:
      return Kind::kGcData;
    case Group::kTypelink:
    case Group::kItablink:
      return Kind::kTypeLinks;
    case Group::kBuildInfo:
      return Kind::kBuildInfo;
    case Group::kModuleData:
      return Kind::kModuleData;
    case Group::kRodata:
    case Group::kSymtab:
      return Kind::kConstant;
    default:
      return Kind::kVariable;
    }
  }

  // -- What symbols, packages and modules keep
  void add_retained_sizes() {
    const ReferenceGraph &graph = *ctx_.references;
    std::vector<uint64_t> sizes(graph.num_nodes());
    for_each_row_of_node([&](uint32_t node, size::Row &row) { sizes[node] = row.size; });
    std::vector<uint64_t> retained = keepers_.retained_sizes(sizes);
    for_each_row_of_node([&](uint32_t node, size::Row &row) { row.retained = retained[node]; });
    // With rows of what is only inlined, and so not live.
    std::vector<uint64_t> of_packages(1 + report_.packages.size());
    std::vector<uint64_t> of_modules(1 + report_.modules.size());
    for (RowId id : rows_)
      if (id != RowId::kNone) {
        const size::Row &row = report_.row(id);
        of_packages[1 + row.package] += row.size;
        of_modules[1 + report_.packages[row.package].module] += row.size;
      }
    retained = package_keepers_.retained_sizes(of_packages);
    for (size_t i = 0; i < ctx_.libraries.size(); i++)
      report_.packages[i].retained = retained[1 + i];
    retained = module_keepers_.retained_sizes(of_modules);
    for (size_t i = 0; i < report_.modules.size(); i++)
      if (!report_.modules[i].path.starts_with("<"))
        report_.modules[i].retained = retained[1 + i];
  }

  // The graph has no symbols that the linker has made later.
  template <typename Fn> void for_each_row_of_node(Fn fn) {
    const ReferenceGraph &graph = *ctx_.references;
    for (uint32_t node = 1; node < graph.num_nodes(); node++)
      if (RowId id = rows_[number(graph.symbol_of(node))]; id != RowId::kNone)
        fn(node, report_.row(id));
  }

  const Context &ctx_;
  Report &report_;
  std::vector<RowId> rows_; // by symbol
  uint32_t linker_package_ = 0, wasm_package_ = 0;
  llvm::DenseMap<SymId, SymId> user_of_funcdata_;
  size::Owners owners_;
  KeeperTree keepers_, package_keepers_, module_keepers_;
};

// A report takes megabytes, in many pieces. Their pages cost a fraction where they are made ready
// in one call; what is allocated next uses them.
void make_memory_ready(uint32_t num_rows) {
  constexpr size_t kBytesOfRow = 600; // with all that is needed to find it
  ScratchArray<char> memory;
  memory.reset(kBytesOfRow * num_rows, kBytesOfRow * num_rows);
}

} // namespace

void report_sizes(Context &ctx) {
  make_memory_ready(ctx.references->num_nodes());
  Report report(ctx.module_size);
  SizeAttribution sizes(ctx, report);
  ctx.helper.start("list memory", [&] { sizes.list_memory(); });
  read_module_back(ctx, [&](const wasm::Module &module) {
    sizes.find_keepers();
    ctx.helper.wait();
    sizes.attribute(module);
    if (ctx.options.reports.sizes.compressed)
      report.gzip_size = size::gzip_size(module.bytes);
    size::write_compressed(llvm::outs(), report);
    auto run_both = [&](llvm::function_ref<void()> first, llvm::function_ref<void()> second) {
      ctx.helper.start("write half of a report", [&] { second(); });
      first();
      ctx.helper.wait();
    };
    for (Problem &problem : deliver(report, ctx.options.reports.sizes, llvm::outs(), run_both))
      ctx.diag.error(std::move(problem));
  });
  ctx.helper.wait();
}

} // namespace wald

// Gives every definition its number and makes every reference stand for a number
// (ref: loader.Preload and LoadSyms in cmd/link/internal/loader/loader.go).
//
// A definition's id is its position in load order: Symdefs of all objects first, then the other
// definitions of all objects. So ids need no table: only duplicates, which take the id of the first
// of their kind, and references by name have to be written down (InputObject::others).
//
// Three kinds of definitions can coincide: by 8 bytes of content, by a 16-byte content hash, and by
// name. They never mix, so a second thread takes those by content; then both look for the package
// symbols that are referred to by name. Only names that somebody asks for are looked at.
#include "linker/core/name_table.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/input/content_symbols.h"
#include "objfile/support/nesting.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <atomic>
#include <thread>

namespace wald {

namespace {

using objfile::SymbolKind;
using objfile::SymbolRecord;

class Resolver {
public:
  explicit Resolver(Context &ctx) : ctx_(ctx) {}

  // What the linker fills: the reference crashes on a function of such a name, or takes its code
  // for the contents. Names of symbols that it makes are checked when they are made.
  void check_export_names() {
    using objfile::Reserved, objfile::SymbolRole;
    bool is_reactor = ctx_.plan.kind == objfile::ModuleKind::kReactor;
    for (SymId id : ctx_.wasm_exports) {
      StringRef name = SymbolView(ctx_, id).name();
      std::optional<KnownSymbol> known = objfile::find_known_symbol(name);
      if (!known)
        continue;
      const objfile::KnownSymbolInfo &info = objfile::info_of(*known);
      bool is_reserved =
          info.reserved == Reserved::kYes || (info.reserved == Reserved::kInReactors && is_reactor);
      if (info.role == SymbolRole::kFilled && is_reserved)
        report_reserved_name(ctx_, id);
      // In these versions code under such a name would be taken for the string's text.
      if (info.role == SymbolRole::kString && !ctx_.version->strings_may_be_exports)
        refuse_exported_string(id);
    }
  }

  // Where --allow lets such an export pass, only the Go linker can do what it does.
  void refuse_exported_string(SymId id) {
    StringRef name = SymbolView(ctx_, id).name();
    directives::Finding finding;
    finding.rule = directives::find_rule("linker-symbol-export");
    finding.subject = name.str();
    if (!ctx_.options.rules.is_off && !ctx_.options.rules.is_allowed(finding))
      return report_reserved_name(ctx_, id);
    ctx_.hand_over_reason = ("an export named " + name + ", a variable that the linker sets").str();
  }

  void run() {
    assign_positions();
    index_packages();
    if (!ctx_.ok())
      return;
    make_name_table();
    ContentSymbols contents(ctx_);
    ctx_.helper.start("resolve contents", [&] {
      contents.resolve();
      // Few pages of these have no live symbol.
      ctx_.values.prefault(ctx_.num_positional);
      ctx_.groups.prefault(ctx_.num_positional);
      if (ctx_.helper.has_thread())
        help_to_find_symdefs();
    });
    collect_names();
    find_all_symdefs();
    for (auto &object : ctx_.objects)
      enter_symdefs(*object);
    if (!ctx_.ok())
      return ctx_.helper.wait();
    for (uint32_t i = 0; i < ctx_.objects.size(); i++)
      resolve_named(i);
    for (auto &object : ctx_.objects)
      resolve_references(*object);
    ctx_.helper.wait();
    contents.finish();
    list_exports_once();
    bind_builtins(); // from here on references can be resolved
    for (auto &object : ctx_.objects)
      apply_ref_flags(*object);
    for (auto [id, size] : raised_sizes_)
      make_owned(ctx_, id).size = size;
    for (const Duplicate &duplicate : duplicates_)
      report_duplicate(duplicate);
    for (auto &object : ctx_.objects)
      apply_cgo_directives(*object);
    check_export_names();
  }

private:
  // -- Positions
  // Empty ranges would have to be passed over whenever a symbol after them is looked up.
  void add_range(uint64_t first, Definition begin, uint32_t count) {
    if (count > 0 || ctx_.id_ranges.empty())
      ctx_.id_ranges.push_back({uint32_t(first), begin.object, begin.local});
  }

  void assign_positions() {
    uint64_t next = 1;
    uint64_t num_refs = 0, num_others = 0;
    for (uint32_t i = 0; i < ctx_.objects.size(); i++) {
      InputObject &object = *ctx_.objects[i];
      object.first_symdef = SymId(next);
      add_range(next, {i, 0}, object.obj.num_symdefs());
      next += object.obj.num_symdefs();
    }
    for (uint32_t i = 0; i < ctx_.objects.size(); i++) {
      InputObject &object = *ctx_.objects[i];
      uint32_t num_symdefs = object.obj.num_symdefs();
      object.first_other = SymId(next);
      add_range(next, {i, num_symdefs}, object.obj.num_defs() - num_symdefs);
      next += object.obj.num_defs() - num_symdefs;
      num_refs += object.obj.num_nonpkg_refs();
      num_others += object.obj.num_symbols() - num_symdefs;
      num_named_defs_ += object.obj.num_nonpkg_defs();
      num_named_refs_ += object.obj.num_nonpkg_refs();
    }
    ctx_.others.reset(num_others);
    ctx_.others.prefault(num_others);
    SymId *others = ctx_.others.data();
    for (auto &object : ctx_.objects) {
      const objfile::Object &obj = object->obj;
      uint32_t num_symdefs = obj.num_symdefs();
      auto group = [&](uint32_t first, uint32_t count) {
        return InputObject::LocalGroup{others + (first - num_symdefs), count};
      };
      object->others = others;
      object->local_groups = {
          group(obj.first_nonpkg_def(), obj.num_symbols() - obj.first_nonpkg_def()),
          group(obj.first_hashed64(), obj.num_hashed64_defs()),
          group(obj.first_hashed(), obj.num_hashed_defs()),
          {},
      };
      others += obj.num_symbols() - num_symdefs;
    }
    // Room for symbols of the linker's own: references that nothing defines, one inline tree a
    // function at the most, and a few by name.
    uint64_t num_own = num_refs + next + 2 * ctx_.options.string_values.size() + 1000;
    if (next + num_own > UINT32_MAX) {
      ctx_.diag.error("more symbols than wald can number");
      return;
    }
    ctx_.num_positional = next - 1;
    ctx_.id_ranges.push_back({UINT32_MAX, UINT32_MAX, 0});
    ctx_.capacity = next + num_own;
    ctx_.attributes.reset(ctx_.capacity);
    ctx_.attributes.prefault(next);
    ctx_.values.reset(ctx_.capacity);
    ctx_.groups.reset(ctx_.capacity);
    // Nothing, for references of broken objects: a symbol that nothing defines.
    ctx_.owned_symbols.emplace_back();
    move_definition(ctx_, SymId::kNone, {Definition::kOwned, 0});
    uint32_t range = 0;
    for (uint64_t start = 0; start < next; start += 1ull << kIdRangeShift) {
      while (ctx_.id_ranges[range + 1].first <= start)
        range++;
      ctx_.id_range_index.push_back(range);
    }
  }

  // References to other packages count in the Symdefs of the package's first object.
  void index_packages() {
    size_t num_libraries = ctx_.libraries.size();
    auto prefixes = std::make_unique<NameTable>(num_libraries, num_libraries);
    std::vector<InputObject::PackageSymbols> symbols; // by entry of a prefix
    for (const Library &library : ctx_.libraries)
      if (!library.objects.empty()) {
        const InputObject &first = *ctx_.objects[library.objects.front()];
        uint32_t entry = prefixes->insert(library.prefix);
        symbols.resize(std::max<size_t>(symbols.size(), entry + 1));
        symbols[entry] = {first.first_symdef, first.obj.num_symdefs()};
      }
    for (auto &object : ctx_.objects) {
      object->packages.resize(object->obj.num_packages());
      for (uint32_t i = 1; i < object->obj.num_packages(); i++) {
        if (const NameTable::Entry *found = prefixes->find(object->obj.package(i)))
          object->packages[i] = symbols[found - &prefixes->entry(0)];
        else
          ctx_.diag.fatal("reference to nonexistent package " + object->obj.package(i),
                          {"in " + object->name,
                           "the package is neither imported nor in the import configuration"});
      }
    }
  }

  // -- Names
  // Before the helper makes memory ready, too: two threads that do so at once take twice the time.
  void make_name_table() {
    std::vector<StringRef> builtins = objfile::builtin_names(*ctx_.version);
    uint64_t num_known = objfile::kKnownSymbols.size() + builtins.size() +
                         2 * ctx_.options.string_values.size() + 100;
    // A third of the definitions and references bring a new name, in small programs two fifths: the
    // others repeat one or have none.
    uint64_t most = num_named_defs_ + num_named_refs_;
    ctx_.names = std::make_unique<NameTable>(most + num_known, most / 8 * 3 + num_known);
    NameTable &names = *ctx_.names;
    // The first, as known() wants it.
    for (const objfile::KnownSymbolInfo &info : objfile::kKnownSymbols)
      names.insert(info.name);
    for (StringRef name : builtins)
      names.insert(name);
    names.insert(ctx_.plan.entry);
    for (const objfile::KnownSymbolInfo &info : objfile::kKnownSymbols)
      if (info.role == objfile::SymbolRole::kString)
        names.insert(ctx_.strings.save(info.name + ".str"));
    for (const auto &[name, value] : ctx_.options.string_values) {
      names.insert(name);
      names.insert(ctx_.strings.save(name + ".str"));
    }
  }

  // Until they are resolved, `others` of named definitions and references holds the numbers of
  // their entries in the name table.
  void collect_names() {
    NameTable &names = *ctx_.names;
    for (auto &object : ctx_.objects) {
      const objfile::Object &obj = object->obj;
      SymId *others = object->others - obj.num_symdefs();
      uint64_t num_bytes = 0;
      for (uint32_t i = obj.first_nonpkg_def(); i < obj.num_symbols(); i++) {
        SymbolRecord record = obj.symbol(i);
        if (record.name_size() == 0 || record.is_static())
          continue;
        num_bytes += record.name_size();
        if (!obj.can_have(num_bytes)) [[unlikely]]
          return report_overlapping_names(*object);
        others[i] = SymId(names.insert(obj.name(i)));
      }
    }
  }

  // Each name is read in full, and the compiler writes none twice.
  void report_overlapping_names(const InputObject &object) {
    ctx_.diag.error(object.name + ": broken object file: names overlap");
  }

  // -- Package symbols: always new. A later one of the same name is the one found by it.
  // Most have neither a name that somebody asks for nor a flag. Both threads look for those that
  // have, each in the next object; they are entered in order when all are found.
  struct Symdef {
    uint32_t local;
    NameTable::Entry *entry; // of the name table; null: it is not asked for
  };
  struct ObjectSymdefs {
    std::vector<Symdef> to_enter;
    bool have_overlapping_names = false;
  };

  void find_all_symdefs() {
    symdefs_.resize(ctx_.objects.size());
    are_names_known_.store(true, std::memory_order_release);
    are_names_known_.notify_one();
    find_symdefs();
    while (num_searched_.load(std::memory_order_acquire) < ctx_.objects.size())
      std::this_thread::yield(); // the helper is in its last object
  }

  void help_to_find_symdefs() {
    are_names_known_.wait(false, std::memory_order_acquire);
    find_symdefs();
  }

  void find_symdefs() {
    for (uint32_t i; (i = next_to_search_++) < ctx_.objects.size(); num_searched_++)
      find_symdefs_of(ctx_.objects[i]->obj, symdefs_[i]);
  }

  void find_symdefs_of(const objfile::Object &obj, ObjectSymdefs &found) const {
    const uint8_t interesting = objfile::kFlag2UsedInIface | ctx_.version->flag2_wasm_export;
    uint64_t num_bytes = 0;
    for (uint32_t i = 0; i < obj.num_symdefs(); i++) {
      SymbolRecord record = obj.symbol(i);
      NameTable::Entry *entry = nullptr;
      if (record.name_size() && !record.is_static()) {
        num_bytes += record.name_size();
        if (!obj.can_have(num_bytes)) [[unlikely]] {
          found.have_overlapping_names = true;
          return;
        }
        entry = ctx_.names->find(obj.name(i));
      }
      if (entry || record.flag2() & interesting)
        found.to_enter.push_back({i, entry});
    }
  }

  void enter_symdefs(const InputObject &object) {
    const ObjectSymdefs &found = symdefs_[object.index];
    for (auto [local, entry] : found.to_enter) {
      note_flags(object, local, object.first_symdef + local);
      if (entry)
        entry->id = object.first_symdef + local;
    }
    if (found.have_overlapping_names)
      report_overlapping_names(object);
  }

  // Flags that any definition of a symbol can set.
  void note_flags(const InputObject &object, uint32_t local, SymId id) {
    uint8_t flag2 = object.obj.symbol(local).flag2();
    if (flag2 & ctx_.version->flag2_wasm_export && !is_dropped_export(object, local))
      ctx_.wasm_exports.push_back(id);
    if (flag2 & objfile::kFlag2UsedInIface)
      set_attribute(ctx_, id, kUsedInIface);
  }

  // Several definitions of a symbol can each have the flag.
  void list_exports_once() {
    llvm::DenseSet<SymId> listed;
    llvm::erase_if(ctx_.wasm_exports, [&](SymId id) { return !listed.insert(id).second; });
  }

  // Whether the definition is the wrapper of an export that --no-export names. It is then no root,
  // and its name is free for an --export.
  bool is_dropped_export(const InputObject &object, uint32_t local) const {
    const std::vector<std::string> &dropped = ctx_.options.exports.dropped;
    return !dropped.empty() && !object.is_made_for_exports &&
           object.obj.symbol(local).flag2() & ctx_.version->flag2_wasm_export &&
           llvm::is_contained(dropped, object.obj.name(local));
  }

  // -- Definitions by name
  void resolve_named(uint32_t index) {
    InputObject &object = *ctx_.objects[index];
    const objfile::Object &obj = object.obj;
    uint32_t num_symdefs = obj.num_symdefs();
    for (uint32_t i = obj.first_nonpkg_def(); i < obj.num_defs(); i++) {
      SymbolRecord record = obj.symbol(i);
      SymId own = object.first_other + (i - num_symdefs);
      SymId id = own;
      if (record.name_size() && !record.is_static() && !is_dropped_export(object, i)) {
        NameTable::Entry &entry = ctx_.names->entry(number(object.others[i - num_symdefs]));
        if (entry.id == SymId::kNone)
          entry.id = own;
        id = entry.id;
      }
      object.others[i - num_symdefs] = id;
      note_flags(object, i, id);
      if (id != own)
        merge_duplicate(id, {index, i});
    }
  }

  void merge_duplicate(SymId id, Definition added) {
    Definition old = definition(ctx_, id);
    InputObject &added_object = *ctx_.objects[added.object];
    SymbolRecord record = added_object.obj.symbol(added.local);
    SymbolRecord old_record = ctx_.objects[old.object]->obj.symbol(old.local);
    uint32_t alignment = std::max(record.alignment(), SymbolView(ctx_, id).explicit_alignment());
    if (alignment != old_record.alignment() || alignment != record.alignment())
      ctx_.raised_alignment[number(id)] = alignment;
    if (is_new_definition_better(id, old, added))
      move_definition(ctx_, id, added);
    if (ctx_.options.strict_dups)
      check_strict_duplicate(old, added);
  }

  bool is_new_definition_better(SymId id, Definition old, Definition added) {
    const objfile::Object &old_object = ctx_.objects[old.object]->obj;
    const objfile::Object &added_object = ctx_.objects[added.object]->obj;
    SymbolRecord old_record = old_object.symbol(old.local);
    SymbolRecord record = added_object.symbol(added.local);
    if (record.is_dupok()) {
      if (ctx_.version->non_dupok_beats_dupok && !old_record.is_dupok())
        return false;
      return record.size() > old_record.size();
    }
    if (old_record.is_dupok())
      return ctx_.version->non_dupok_beats_dupok;

    // Two real definitions: fine only if at least one is an empty variable.
    bool old_is_bss = is_empty_variable(old_object, old.local);
    bool new_is_bss = is_empty_variable(added_object, added.local);
    bool new_has_content = !added_object.data(added.local).empty();
    bool new_is_text = objfile::is_text(added_object.kind(added.local));
    if (old_is_bss &&
        (new_is_text || new_has_content || (new_is_bss && record.size() > old_record.size()))) {
      if (old_record.size() > record.size())
        raised_sizes_.push_back({id, old_record.size()});
      return true;
    }
    if (new_is_bss) {
      if (record.size() > old_record.size())
        raised_sizes_.push_back({id, record.size()});
      return false;
    }
    duplicates_.push_back({old, added, 0});
    return false;
  }

  // A variable of a data kind without contents.
  static bool is_empty_variable(const objfile::Object &object, uint32_t local) {
    SymbolKind kind = object.kind(local);
    return kind >= SymbolKind::kNoptrdata && kind <= SymbolKind::kNoptrbss &&
           object.data(local).empty();
  }

  // Two definitions of a name. Reported when all references are known: an export is named by the
  // function behind it.
  struct Duplicate {
    Definition old, added;
    int64_t strict_dups; // 0: not allowed at all
  };

  std::string owner_of(Definition def) {
    const InputObject &object = *ctx_.objects[def.object];
    if (object.obj.symbol(def.local).flag2() & ctx_.version->flag2_wasm_export)
      return describe_exported(ctx_, def);
    return "package " + ctx_.libraries[object.library].path.str() + " (" + place_of(ctx_, def) +
           ")";
  }

  // Whether a package is one of the modules that the program depends on, which the build
  // information lists: "dep\tPATH\tVERSION\tHASH".
  bool is_of_other_module(Definition def) const {
    StringRef path = ctx_.libraries[ctx_.objects[def.object]->library].path;
    for (const auto &[name, value] : ctx_.options.string_values)
      if (name == objfile::info_of(KnownSymbol::kModInfo).name)
        for (StringRef line : llvm::split(value, '\n')) {
          StringRef module = line.consume_front("dep\t") ? line.split('\t').first : "";
          if (!module.empty() && (path == module || path.starts_with((module + "/").str())))
            return true;
        }
    return false;
  }

  void report_duplicate(const Duplicate &duplicate) {
    const auto &[old, added, strict_dups] = duplicate;
    const objfile::Object &obj = ctx_.objects[added.object]->obj;
    StringRef name = obj.name(added.local);
    std::vector<std::string> notes = {"defined in " + owner_of(old),
                                      "defined in " + owner_of(added)};
    bool is_export = obj.symbol(added.local).flag2() & ctx_.version->flag2_wasm_export;
    const objfile::Object &first = ctx_.objects[old.object]->obj;
    bool is_also_export = first.symbol(old.local).flag2() & ctx_.version->flag2_wasm_export;
    if (is_export && is_also_export && ctx_.objects[added.object]->is_made_for_exports)
      notes.push_back(("--no-export=" + name + " leaves out the first, another name in --export " +
                       "keeps both")
                          .str());
    else if (is_export && (is_of_other_module(old) || is_of_other_module(added)))
      notes.push_back(("without a change of the sources: --no-export=" + name +
                       " leaves out both, and --export=PKG.FUNC=NAME exports each by its own name")
                          .str());
    if (strict_dups == 0 && is_export)
      ctx_.diag.fatal("duplicate definition of symbol " + name + ", which is an export name",
                      std::move(notes));
    else if (strict_dups == 0)
      ctx_.diag.fatal("duplicate definition of symbol " + name, std::move(notes));
    else if (strict_dups == 2)
      ctx_.diag.error("duplicate symbol " + name + " with different contents", std::move(notes));
    else
      ctx_.diag.warn("duplicate symbol " + name + " with different contents", std::move(notes));
  }

  void check_strict_duplicate(Definition old, Definition added) {
    const objfile::Object &a = ctx_.objects[old.object]->obj;
    const objfile::Object &b = ctx_.objects[added.object]->obj;
    bool both = a.symbol(old.local).is_dupok() && b.symbol(added.local).is_dupok();
    if (ctx_.version->non_dupok_beats_dupok ? !both : !b.symbol(added.local).is_dupok())
      return;
    Bytes old_data = a.data(old.local), new_data = b.data(added.local);
    if (old_data == new_data && a.symbol(old.local).size() == b.symbol(added.local).size())
      return;
    StringRef name = b.name(added.local);
    bool counts = !name.starts_with("go:info.go.interface") &&
                  !name.starts_with("go:info.go.builtin") && !name.starts_with("go:debuglines");
    duplicates_.push_back({old, added, counts ? ctx_.options.strict_dups : 1});
  }

  // -- References
  void resolve_references(InputObject &object) {
    const objfile::Object &obj = object.obj;
    uint32_t num_symdefs = obj.num_symdefs();
    for (uint32_t i = obj.num_defs(); i < obj.num_symbols(); i++) {
      SymbolRecord record = obj.symbol(i);
      SymId &id = object.others[i - num_symdefs];
      // A static reference can only mean a definition in the same object, which is not referred to
      // by name; so there is none.
      if (record.is_static()) {
        id = create_symbol(ctx_, obj.name(i));
        continue;
      }
      // References without a name come in thousands and lead nowhere.
      if (record.name_size() == 0) {
        if (unnamed_reference_ == SymId::kNone)
          unnamed_reference_ = create_symbol(ctx_, "");
        id = unnamed_reference_;
        continue;
      }
      NameTable::Entry &entry = ctx_.names->entry(number(id));
      // Debug information of types, by far most of what nothing defines, is never asked for.
      if (entry.id == SymId::kNone && entry.name().starts_with("go:info.") &&
          !ctx_.options.dump_dependencies) {
        id = SymId::kNone;
        continue;
      }
      if (entry.id == SymId::kNone)
        entry.id = create_symbol(ctx_, entry.name());
      id = entry.id;
      if (record.flag2() & objfile::kFlag2UsedInIface)
        set_attribute(ctx_, id, kUsedInIface);
    }
  }

  void apply_ref_flags(const InputObject &object) {
    for (objfile::RefFlagsRecord record : object.obj.ref_flags())
      if (record.flag2() & objfile::kFlag2UsedInIface)
        if (SymId id = resolve(ctx_, object, record.target()); id != SymId::kNone)
          set_attribute(ctx_, id, kUsedInIface);
  }

  // The last definition of the name wins, which is what the name table has.
  void bind_builtins() {
    for (StringRef name : objfile::builtin_names(*ctx_.version)) {
      SymId id = find_symbol(ctx_, name);
      if (id != SymId::kNone && number(id) > ctx_.num_positional)
        id = SymId::kNone;
      ctx_.builtins.push_back(id);
    }
    for (auto &object : ctx_.objects)
      object->local_groups.back() = {ctx_.builtins.data(), uint32_t(ctx_.builtins.size())};
  }

  void apply_cgo_directives(const InputObject &object) {
    StringRef text = object.obj.header().cgo_directives;
    if (text.empty())
      return;
    // The runtime has a few lines. Values take many times the memory of their text.
    constexpr size_t kMostBytes = 1 << 20;
    if (text.size() > kMostBytes) {
      ctx_.diag.error(object.name + ": more than " + llvm::Twine(kMostBytes) +
                      " bytes of cgo directives");
      return;
    }
    llvm::Expected<llvm::json::Value> parsed = objfile::parse_json(text);
    const llvm::json::Array *list = parsed ? parsed->getAsArray() : nullptr;
    if (!list) {
      ctx_.diag.error(object.name + ": broken cgo directives",
                      parsed ? std::vector<std::string>()
                             : std::vector<std::string>{llvm::toString(parsed.takeError())});
      return;
    }
    for (const llvm::json::Value &entry : *list) {
      const llvm::json::Array *words = entry.getAsArray();
      std::optional<StringRef> verb =
          words && !words->empty() ? words->front().getAsString() : std::nullopt;
      std::optional<StringRef> symbol =
          words && words->size() > 1 ? (*words)[1].getAsString() : std::nullopt;
      if (verb && symbol && (*verb == "cgo_export_static" || *verb == "cgo_export_dynamic")) {
        // The runtime has one. Each searches all symbols, and may be a new one.
        constexpr unsigned kMostCgoExports = 50;
        if (num_cgo_exports_++ == kMostCgoExports)
          ctx_.diag.error(object.name + ": more than " + llvm::Twine(kMostCgoExports) +
                          " cgo directives that export");
        if (num_cgo_exports_ > kMostCgoExports)
          return;
        find_or_create_symbol(ctx_, *symbol);
      } else {
        ctx_.diag.error(object.name + ": cgo directive " + (verb ? *verb : "without a name") +
                        " is not supported on wasm");
      }
    }
  }

  Context &ctx_;
  uint64_t num_named_defs_ = 0, num_named_refs_ = 0;
  std::atomic<bool> are_names_known_ = false; // the name table has all that are asked for
  std::vector<ObjectSymdefs> symdefs_;        // by object
  std::atomic<uint32_t> next_to_search_ = 0; // object whose package symbols are looked through next
  std::atomic<uint32_t> num_searched_ = 0;   // objects whose have been
  SymId unnamed_reference_ = SymId::kNone;
  unsigned num_cgo_exports_ = 0;
  std::vector<std::pair<SymId, uint32_t>> raised_sizes_;
  std::vector<Duplicate> duplicates_;
};

} // namespace

void resolve_symbols(Context &ctx) {
  Resolver(ctx).run();
}

} // namespace wald

// The order of functions and their indices. Function n of the list has PC_F 0x1000 + n, which is
// its table slot; its value, PC_F << 16, is what the runtime takes for the program counter of its
// entry. Imported functions have no PC_F, so their number plays no part here (ref:
// assignToPostOrder and textaddress in cmd/link/internal/ld, assignAddress in wasm/asm.go).
#include "linker/core/func_value.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "objfile/go_abi.h"
#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/StringExtras.h"

namespace wald {

namespace {

// Packages of the runtime's core come first in text.
class RuntimePackages {
public:
  explicit RuntimePackages(const objfile::GoVersion &version)
      : by_prefix_(version.runtime_package_prefixes) {
    StringRef rest = version.runtime_packages;
    while (!rest.empty()) {
      auto [name, tail] = rest.split(',');
      names_.insert(name);
      rest = tail;
    }
  }

  bool contains(StringRef path) const {
    if (names_.contains(path))
      return true;
    return by_prefix_ && !path.ends_with("_test") &&
           (path.starts_with("runtime/internal/") || path.starts_with("internal/runtime/"));
  }

private:
  objfile::NameSet names_;
  bool by_prefix_;
};

// Libraries with each one after all that it imports.
class PostOrder {
public:
  explicit PostOrder(Context &ctx) : ctx_(ctx), state_(ctx.libraries.size(), kNew) {
    for (uint32_t i = 0; i < ctx.libraries.size(); i++)
      if (state_[i] == kNew)
        visit(i);
  }
  const std::vector<uint32_t> &order() const { return order_; }

private:
  enum State : uint8_t { kNew, kEntered, kDone };

  // Depth-first without recursion: import chains can be long.
  void visit(uint32_t root) {
    std::vector<std::pair<uint32_t, uint32_t>> stack = {{root, 0}}; // library, next import
    state_[root] = kEntered;
    while (!stack.empty()) {
      auto &[library, next] = stack.back();
      const std::vector<uint32_t> &imports = ctx_.libraries[library].imports;
      if (next == imports.size()) {
        state_[library] = kDone;
        order_.push_back(library);
        stack.pop_back();
        continue;
      }
      uint32_t import = imports[next++];
      if (state_[import] == kEntered) {
        ctx_.diag.error("import cycle through package " + ctx_.libraries[import].path);
        return;
      }
      if (state_[import] == kNew) {
        state_[import] = kEntered;
        stack.push_back({import, 0});
      }
    }
  }

  Context &ctx_;
  std::vector<uint8_t> state_;
  std::vector<uint32_t> order_;
};

} // namespace

void order_functions(Context &ctx) {
  // Functions that several objects can define stand after a library's own.
  std::vector<std::vector<SymId>> own(ctx.libraries.size()), shared(ctx.libraries.size());
  auto content_function = ctx.content_functions.begin();
  for (uint32_t index = 0; index < ctx.objects.size(); index++) {
    const InputObject &object = *ctx.objects[index];
    const objfile::Object &obj = object.obj;
    auto list = [&](SymId id, uint32_t local) {
      if (!objfile::is_text(obj.kind(local)))
        return;
      Definition def = definition(ctx, id);
      bool is_owner = def.object == index && def.local == local;
      if (!is_owner && !SymbolView(ctx, id).is_text()) {
        ctx.diag.error(name_of(ctx, id) + " is a function in one object only",
                       {"a function in " + object.name, "something else, as " + describe(ctx, id)});
        return;
      }
      bool is_shared = !is_owner || obj.symbol(local).is_dupok();
      (is_shared ? shared : own)[object.library].push_back(id);
    };
    uint32_t first = number(object.first_symdef);
    for_each_nonzero(ctx.attributes.data(), first, first + obj.num_symdefs(), [&](uint32_t n) {
      if (is_reachable(ctx, SymId(n)))
        list(SymId(n), n - first);
    });
    auto list_if_live = [&](uint32_t local) {
      SymId id = object.local_symbol(local);
      if (is_reachable(ctx, id))
        list(id, local);
    };
    // Short contents, the hashed64 definitions, are never code.
    for (; content_function != ctx.content_functions.end() && content_function->object == index;
         ++content_function)
      list_if_live(content_function->local);
    for (uint32_t local = obj.first_nonpkg_def(); local < obj.num_defs(); local++)
      list_if_live(local);
  }

  if (ctx.plan.has_build_id())
    ctx.text.push_back(
        SymId::kNone); // go:buildid, made later: symbols are numbered as they are made
  RuntimePackages runtime_packages(*ctx.version);
  PostOrder post_order(ctx);
  for (bool in_runtime : {true, false})
    for (uint32_t library : post_order.order()) {
      if (runtime_packages.contains(ctx.libraries[library].path) != in_runtime)
        continue;
      for (const std::vector<SymId> *list : {&own[library], &shared[library]})
        for (SymId id : *list)
          if (!(ctx.attributes[number(id)] & kInText)) {
            set_attribute(ctx, id, kInText);
            ctx.text.push_back(id);
          }
    }
  for (SymId id : ctx.method_stubs) {
    set_attribute(ctx, id, kInText);
    ctx.text.push_back(id);
  }
}

// The build id is also a function, the first one, whose data the module's custom section repeats.
static void make_build_id(Context &ctx) {
  if (!ctx.plan.has_build_id())
    return;
  OwnedSymbol &symbol = define_symbol(ctx, KnownSymbol::kBuildId, Group::kText);
  std::string text = "\xff Go build ID: " + objfile::quote_go(ctx.plan.build_id) + "\n \xff";
  symbol.data.assign(text.begin(), text.end());
  symbol.size = symbol.data.size();
  ctx.text.front() = symbol.id;
  set_attribute(ctx, symbol.id, kInText);
}

// The one writer of entry pcs.
class TextOrder {
public:
  static void assign_entry_pcs(Context &ctx) {
    for (uint32_t i = 0; i < ctx.text.size(); i++)
      ctx.values.set(ctx.text[i], entry_pc(ctx, FuncIndex(i)), Key<TextOrder>());
  }
};

void assign_func_indices(Context &ctx) {
  make_build_id(ctx);
  uint64_t text_start = llvm::alignTo(ctx.plan.text_start, kFunctionAlignment);
  ctx.first_pc_f = objfile::kFirstFunctionSlot + text_start / kFunctionAlignment;
  TextOrder::assign_entry_pcs(ctx);
  // The table has the low 32 bits only, and the reference does not look.
  if (!ctx.version->func_pcs_are_indices && !ctx.text.empty() &&
      number(entry_pc(ctx, FuncIndex(ctx.text.size() - 1))) > UINT32_MAX)
    ctx.diag.warn(
        "the program has " + llvm::Twine(ctx.text.size()) + " functions, too many for Go 1." +
            llvm::Twine(ctx.version->minor) + ": its runtime will not start",
        {"the module is what the Go linker writes, too", "later Go versions have no such limit"});
  ctx.text_start = text_start;
  ctx.text_end = text_start + ctx.text.size() * kFunctionAlignment;
  for (KnownSymbol symbol : {KnownSymbol::kText, KnownSymbol::kEText})
    define_symbol(ctx, symbol, Group::kMarker);
}

} // namespace wald

// Whether packages refer only to such names of the standard library as they may
// (ref: checkLinkname in cmd/link/internal/loader/loader.go).
#include "linker/core/passes.h"
#include "linker/core/symbols.h"

#include "llvm/ADT/StringExtras.h"

namespace wald {

namespace {

using objfile::RestrictedLinkname;

class LinknameChecker {
public:
  explicit LinknameChecker(Context &ctx) : ctx_(ctx), version_(*ctx.version) {
    for (const RestrictedLinkname &entry : objfile::restricted_linknames())
      if (entry.first_minor <= version_.minor &&
          (entry.last_minor == 0 || version_.minor <= entry.last_minor))
        restricted_[entry.name] = entry.packages;
    linkname_flags_ = objfile::kFlag2Linkname | version_.flag2_linkname_std;
  }

  void run() {
    for (auto &object : ctx_.objects)
      check_variables(*object);
    for (auto &object : ctx_.objects)
      check_references(*object);
  }

private:
  // A variable declared with a linkname and without contents stands for one defined elsewhere.
  void check_variables(const InputObject &object) {
    const objfile::Object &obj = object.obj;
    for (uint32_t i = obj.first_nonpkg_def(); i < obj.num_defs(); i++)
      if (obj.symbol(i).flag2() & linkname_flags_ && obj.data(i).empty() &&
          obj.name(i).contains('.'))
        check(object, obj.name(i), object.local_symbol(i));
  }

  void check_references(const InputObject &object) {
    const objfile::Object &obj = object.obj;
    bool checks_all = version_.linkname_std_checked && obj.from_assembly();
    for (uint32_t i = obj.num_defs(); i < obj.num_symbols(); i++)
      if (checks_all || obj.symbol(i).flag2() & linkname_flags_)
        check(object, obj.name(i), object.local_symbol(i));
  }

  void check(const InputObject &from, StringRef name, SymId target) {
    StringRef package = ctx_.libraries[from.library].path;
    auto restricted = restricted_.find(name);
    if (restricted != restricted_.end()) {
      if (!is_listed(package, restricted->second))
        report(from, name, target,
               restricted->second.empty()
                   ? "no package may refer to it"
                   : "only these packages may refer to it: " + restricted->second.str());
      return;
    }
    if (target == SymId::kNone)
      return;
    // Nothing but a raised size has made copies of definitions so far.
    SymbolView symbol(ctx_, target);
    Definition def = version_.raised_size_is_unchecked ? symbol.def() : symbol.origin();
    if (def.is_owned())
      return;
    const InputObject &owner = *ctx_.objects[def.object];
    if (!owner.obj.is_std() || ctx_.libraries[owner.library].path == package)
      return;
    if (!is_pushed(from, owner, def))
      report(from, name, target, "the standard library does not offer it for use by linkname");
  }

  static bool is_listed(StringRef package, StringRef packages) {
    // crypto/internal/fips140/vX.Y.Z/... is a frozen copy of crypto/internal/fips140/...
    std::string unversioned;
    if (package.starts_with("crypto/internal/fips140/v")) {
      llvm::SmallVector<StringRef, 8> parts;
      package.split(parts, '/');
      parts.erase(parts.begin() + 3);
      unversioned = llvm::join(parts, "/");
    }
    while (!packages.empty()) {
      auto [head, tail] = packages.split(',');
      if (head == package || (!unversioned.empty() && head == unversioned))
        return true;
      packages = tail;
    }
    return false;
  }

  // Whether the definition says that others may use it.
  bool is_pushed(const InputObject &from, const InputObject &owner, Definition def) {
    uint8_t flag2 = owner.obj.symbol(def.local).flag2();
    bool has_linkname = flag2 & objfile::kFlag2Linkname;
    if (!version_.linkname_std_checked)
      return has_linkname || flag2 & version_.flag2_abi_wrapper;
    bool has_linkname_std = flag2 & version_.flag2_linkname_std;
    // Without register ABI there is no wrapper that could carry a linkname for assembly.
    if (owner.obj.from_assembly() && !has_linkname && !has_linkname_std)
      return true;
    return has_linkname || (has_linkname_std && from.obj.is_std());
  }

  void report(const InputObject &from, StringRef name, SymId target, std::string reason) {
    ctx_.diag.fatal(ctx_.libraries[from.library].path + ": invalid reference to " + name,
                    {std::move(reason), "in " + first_user(from, target),
                     "-checklinkname=0 turns this check off"});
  }

  // The first function of the object that refers to the target, for which a file and line are
  // known; otherwise the object. However many are asked for, the object is walked through once.
  std::string first_user(const InputObject &from, SymId target) {
    if (users_from_ != &from) {
      users_.clear();
      users_from_ = &from;
      next_user_ = 0;
    }
    for (; !users_.contains(target) && next_user_ < from.obj.num_defs(); next_user_++)
      if (objfile::is_text(from.obj.kind(next_user_)))
        for (objfile::RelocRecord record : from.obj.relocs(next_user_))
          users_.try_emplace(resolve(ctx_, from, record.target()), next_user_);
    auto user = users_.find(target);
    return user == users_.end() ? from.name : describe(ctx_, from.local_symbol(user->second));
  }

  Context &ctx_;
  const objfile::GoVersion &version_;
  uint8_t linkname_flags_;
  llvm::StringMap<StringRef> restricted_;
  // First users of what the functions of an object before next_user_ refer to.
  const InputObject *users_from_ = nullptr;
  uint32_t next_user_ = 0;
  llvm::DenseMap<SymId, uint32_t> users_;
};

} // namespace

void check_linknames(Context &ctx) {
  if (ctx.options.check_linkname)
    LinknameChecker(ctx).run();
}

} // namespace wald

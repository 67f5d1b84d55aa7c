// --names=full: a section "name" that says more than the reference's: Go's own names of functions,
// and names of imports, locals, globals and data segments. It is the module's last section, so it
// is made when all others are written, from the module as it is.
#include "linker/core/passes.h"
#include "linker/output/module_plan.h"
#include "linker/output/read_back.h"
#include "objfile/special_functions.h"
#include "wasm/append.h"
#include "wasm/section_writer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"

namespace wald {

namespace {

// Of the names section (WebAssembly's appendix, and the proposal "extended name section").
enum class Subsection : uint8_t { kFunctions = 1, kLocals = 2, kGlobals = 7, kData = 9 };

// As Go's assembler calls the registers that they are (ref: cmd/internal/obj/wasm/a.out.go).
constexpr llvm::StringLiteral kGlobalNames[] = {"SP",   "CTXT", "g",    "RET0",
                                                "RET1", "RET2", "RET3", "PAUSE"};

// Lists of names by number: {number, name}, with how many there are in front.
class NameMap {
public:
  void add(uint32_t number, StringRef name) {
    count_++;
    wasm::append_uleb(entries_, number);
    std::string valid;
    auto *begin = name.bytes_begin();
    if (!llvm::isLegalUTF8String(&begin, name.bytes_end()))
      name = valid = llvm::json::fixUTF8(name);
    wasm::append_sized(entries_, llvm::arrayRefFromStringRef(name));
  }
  // Instead of a name the names of parts.
  void add(uint32_t number, const NameMap &parts) {
    count_++;
    wasm::append_uleb(entries_, number);
    wasm::append(entries_, parts.encoded());
  }
  std::vector<uint8_t> encoded() const {
    std::vector<uint8_t> bytes;
    wasm::append_uleb(bytes, count_);
    wasm::append(bytes, entries_);
    return bytes;
  }
  bool empty() const { return count_ == 0; }

private:
  uint32_t count_ = 0;
  std::vector<uint8_t> entries_;
};

void append_subsection(Subsection id, const NameMap &names, std::vector<uint8_t> &bytes) {
  if (names.empty())
    return;
  bytes.push_back(uint8_t(id));
  wasm::append_sized(bytes, names.encoded());
}

class NameWriter {
public:
  NameWriter(const Context &ctx, const wasm::Module &module)
      : ctx_(ctx), plan_(*ctx.module), module_(module) {}

  std::vector<uint8_t> payload() const {
    std::vector<uint8_t> bytes;
    wasm::append_sized(bytes, llvm::arrayRefFromStringRef("name"));
    append_subsection(Subsection::kFunctions, functions(), bytes);
    append_subsection(Subsection::kLocals, locals(), bytes);
    append_subsection(Subsection::kGlobals, globals(), bytes);
    append_subsection(Subsection::kData, segments(), bytes);
    return bytes;
  }

private:
  NameMap functions() const;
  NameMap locals() const;
  NameMap globals() const;
  NameMap segments() const;
  bool has_stack_pointer(uint32_t n) const;

  const Context &ctx_;
  const ModulePlan &plan_;
  const wasm::Module &module_;
};

NameMap NameWriter::functions() const {
  NameMap names;
  uint32_t index = 0;
  for (const ModuleImport &import : plan_.imports)
    names.add(index++, (import.module + "." + import.name).str());
  for (StringRef name : ctx_.text_names)
    names.add(index++, name);
  for (const AddedFunction &function : plan_.added)
    names.add(index++, function.name);
  return names;
}

// The first local of a function that Go's compiler wrote, after the parameter.
bool NameWriter::has_stack_pointer(uint32_t n) const {
  Bytes body = n < module_.bodies.size() ? module_.bodies[n].contents : Bytes();
  // One kind of locals or more, so many of the first, i32.
  return body.size() > 2 && body[0] != 0 && body[1] != 0 && body[1] < 0x80 && body[2] == 0x7f;
}

// Other locals are registers whose numbers are not those that they had.
NameMap NameWriter::locals() const {
  constexpr uint32_t kGoFunction = 0; // its type: from PC_B to whether to unwind
  NameMap names;
  for (uint32_t n = 0; n < ctx_.text.size(); n++) {
    if (plan_.function_types[n] != kGoFunction ||
        objfile::special_function_type(ctx_.text_names[n]) ||
        llvm::binary_search(ctx_.typed_functions, FuncIndex(n)) || !has_stack_pointer(n))
      continue;
    NameMap of_function;
    of_function.add(0, "PC_B");
    of_function.add(1, "SP");
    names.add(plan_.imports.size() + n, of_function);
  }
  return names;
}

NameMap NameWriter::globals() const {
  NameMap names;
  for (auto [i, name] : llvm::enumerate(kGlobalNames))
    names.add(i, name);
  return names;
}

// By the variable that a segment begins in; in a table of the runtime's with the offset in it. What
// lies in no variable has the section's name.
NameMap NameWriter::segments() const {
  struct Place {
    uint64_t begin, end;
    SymId id;
  };
  std::vector<Place> places;
  for (const std::vector<Member> &list : ctx_.members)
    for (const Member &member : list)
      if (member.size != 0)
        if (uint64_t begin = number(ctx_.values.address(member.id)); begin != 0)
          places.push_back({begin, begin + member.size, member.id});
  llvm::sort(places, [](const Place &a, const Place &b) { return a.begin < b.begin; });
  NameMap names;
  for (auto [i, segment] : llvm::enumerate(module_.data)) {
    uint64_t address = segment.address;
    auto after = llvm::upper_bound(
        places, address, [](uint64_t wanted, const Place &place) { return wanted < place.begin; });
    const Place *place = after == places.begin() ? nullptr : &after[-1];
    // Rounding may leave some bytes between two.
    if (place && address >= place->end)
      place = nullptr;
    std::string name;
    if (place)
      name = cut_text(name_of(ctx_, place->id));
    if (name.empty()) {
      for (const Section &section : ctx_.sections)
        if (address >= section.address && address < section.address + section.length)
          name = section.name;
    } else if (address != place->begin) {
      name += "+" + std::to_string(address - place->begin);
    }
    if (!name.empty())
      names.add(i, name);
  }
  return names;
}

} // namespace

void write_full_names(Context &ctx) {
  if (ctx.file->failed() || !ctx.ok()) // then commit_module says so, or somebody did
    return;
  std::vector<uint8_t> payload;
  uint64_t end = 0;
  read_module_back(ctx, [&](const wasm::Module &module) {
    end = module.bytes.size();
    payload = NameWriter(ctx, module).payload();
  });
  if (!ctx.ok())
    return;
  wasm::OutputStream out(*ctx.file, end);
  wasm::SectionWriter sections(*ctx.file);
  sections.write(out, wasm::SectionId::kCustom, [&] { out.write(payload); });
  ctx.module_size = out.offset();
  if (sections.too_long())
    ctx.diag.error("the section of names does not fit a module");
}

} // namespace wald

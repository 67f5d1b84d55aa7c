// --reflect-methods: a function for each name of methods that are left out, which panics with the
// name. In method tables they stand where the methods' functions would; the types of the methods
// stay, so that what reflection says of them is true.
//
// The runtime has a function of the right shape, runtime.unreachableMethod: it takes nothing, and
// throws a constant string. A stub is a copy of it with two things changed:
//
//     throw(text, length)      gopanic(type:string, address of a string)
//
// Both are calls with two words of which the first is an address. The second becomes one, by a
// relocation in the place of the number. Frame, resume points and tables are those of the original.
#include "linker/liveness/method_stubs.h"

#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "objfile/support/leb128.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <optional>

namespace wald {

namespace {

// Where the original has what stubs change.
struct Template {
  Definition definition;
  std::vector<uint8_t> code; // without the length
  std::vector<Reloc> relocs; // with one for the string
  uint32_t type_reloc, string_reloc, call_reloc;
};

// i64.store offset=0; local.get 1; i64.extend_i32_u; i64.const 8; i64.add; i32.wrap_i64; i64.const:
// from the text's address on to its length, which follows.
constexpr uint8_t kBetweenWords[] = {0x37, 0x03, 0x00, 0x20, 0x01, 0xad,
                                     0x42, 0x08, 0x7c, 0xa7, 0x42};

class StubMaker {
public:
  explicit StubMaker(Context &ctx) : ctx_(ctx) {}

  void make_all() {
    std::map<StringRef, std::vector<const LeftOutMethod *>> by_name;
    for (const LeftOutMethod &method : ctx_.left_out_methods)
      by_name[method.name].push_back(&method);
    if (by_name.empty())
      return;
    std::optional<Template> found = find_template();
    if (!found)
      return ctx_.diag.error("--reflect-methods: runtime.unreachableMethod is not as expected in " +
                             ctx_.go_version);
    for (const auto &[name, methods] : by_name) {
      SymId stub = make_stub(*found, name);
      ctx_.method_stubs.push_back(stub);
      for (const LeftOutMethod *method : methods)
        for (SymId function : method->functions)
          if (function != SymId::kNone)
            ctx_.stub_of_method[function] = stub;
    }
  }

private:
  std::optional<Template> find_template() const;
  SymId make_text(StringRef name);
  SymId make_stub(const Template &original, StringRef name);

  Context &ctx_;
};

std::optional<Template> StubMaker::find_template() const {
  SymId id = known(ctx_, KnownSymbol::kUnreachableMethod);
  SymId panic = known(ctx_, KnownSymbol::kGoPanic), type = known(ctx_, KnownSymbol::kStringType);
  if (id == SymId::kNone || panic == SymId::kNone || type == SymId::kNone ||
      !is_reachable(ctx_, panic) || !is_reachable(ctx_, type))
    return std::nullopt;
  SymbolView symbol(ctx_, id);
  if (symbol.is_owned() || !symbol.is_text())
    return std::nullopt;
  Template found{symbol.def(), symbol.data().vec(), {}, 0, 0, 0};
  std::optional<uint32_t> text, call;
  symbol.for_each_reloc([&](const Reloc &reloc) {
    StringRef target = name_of(ctx_, reloc.target);
    uint32_t index = found.relocs.size();
    if (reloc.type == objfile::kRelocAddr && target.starts_with("go:string."))
      text = text ? UINT32_MAX : index; // not more than one
    if (reloc.type == objfile::kRelocCall && target == "runtime.throw")
      call = call ? UINT32_MAX : index;
    found.relocs.push_back(reloc);
  });
  if (!text || !call || *text >= found.relocs.size() || *call >= found.relocs.size() ||
      *call < *text)
    return std::nullopt;
  const Reloc &at_text = found.relocs[*text];
  uint8_t length[wasm::kMaxLebSize];
  Bytes expected_length(length,
                        wasm::write_sleb(length, SymbolView(ctx_, at_text.target).data().size()));
  uint64_t between = uint32_t(at_text.offset), after = between + sizeof kBetweenWords;
  auto has = [&](uint64_t at, Bytes part) {
    return at + part.size() <= found.code.size() &&
           Bytes(found.code).slice(at, part.size()) == part;
  };
  if (!has(between, kBetweenWords) || !has(after, expected_length))
    return std::nullopt;
  found.code.erase(found.code.begin() + after, found.code.begin() + after + expected_length.size());
  found.type_reloc = *text;
  found.string_reloc = *text + 1;
  found.call_reloc = *call + 1;
  found.relocs.insert(found.relocs.begin() + found.string_reloc, at_text);
  found.relocs[found.string_reloc].offset = after;
  for (Reloc &reloc : llvm::MutableArrayRef(found.relocs).drop_front(found.string_reloc + 1)) {
    if (uint32_t(reloc.offset) < after + expected_length.size())
      return std::nullopt;
    reloc.offset -= expected_length.size();
  }
  found.relocs[found.type_reloc].target = type;
  found.relocs[found.call_reloc].target = panic;
  return found;
}

// A string of Go and its bytes.
SymId StubMaker::make_text(StringRef name) {
  std::string text =
      ("reflect: method " + name + " is not in the program: --reflect-methods does not name it")
          .str();
  SymId id = create_symbol(ctx_, ctx_.strings.save("reflect.methodLeftOutText." + name));
  OwnedSymbol &symbol = define_symbol(ctx_, id, Group::kRodata, 8);
  symbol.append_address(id, 2 * sizeof(uint64_t));
  symbol.append_word(text.size());
  symbol.data.insert(symbol.data.end(), text.begin(), text.end());
  symbol.size = symbol.data.size();
  return id;
}

SymId StubMaker::make_stub(const Template &original, StringRef name) {
  SymId text = make_text(name);
  SymId self = known(ctx_, KnownSymbol::kUnreachableMethod);
  SymId id = create_symbol(ctx_, ctx_.strings.save("reflect.methodLeftOut." + name));
  OwnedSymbol &symbol = define_symbol(ctx_, id, Group::kText);
  symbol.data = original.code;
  symbol.size = symbol.data.size();
  symbol.relocs = original.relocs;
  symbol.relocs[original.string_reloc].target = text;
  for (Reloc &reloc : symbol.relocs)
    if (reloc.target == self) // its return addresses
      reloc.target = id;
  symbol.is_copy = true;
  symbol.original = original.definition;
  return id;
}

} // namespace

void make_method_stubs(Context &ctx) {
  StubMaker(ctx).make_all();
}

} // namespace wald

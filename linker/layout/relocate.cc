#include "linker/layout/relocate.h"

namespace wald {

using namespace objfile; // the relocation numbers

Relocator::Relocator(Context &ctx) : ctx_(ctx) {
  SymId method = known(ctx, KnownSymbol::kUnreachableMethod);
  if (method != SymId::kNone)
    unreachable_method_ = ctx.values.relocation_value(method);
  for (unsigned group = 0; group < kNumGroups; group++)
    if (uint32_t section = ctx.section_of_group[group]; section != UINT32_MAX)
      section_start_[group] = ctx.sections[section].address;
}

void report_undefined(Context &ctx, SymId from, SymId target, bool is_call) {
  StringRef name = name_of(ctx, target);
  if (name == "main.main") {
    ctx.diag.error("function main is undeclared in the main package",
                   {"add a func main() to package main"});
    return;
  }
  std::vector<std::string> notes = {"referenced by " + describe(ctx, from)};
  if (is_call)
    notes.push_back("a function without a body: is a //go:wasmimport MODULE NAME missing in front "
                    "of its declaration?");
  ctx.diag.error("undefined symbol: " + name, std::move(notes));
}

bool Relocator::has_relocs(const SymbolView &symbol) {
  return symbol.is_owned() ? !symbol.owned().relocs.empty()
                           : !symbol.object().obj.relocs(symbol.def().local).empty();
}

// A target that is not part of the output. Reported unless that is what the relocation expects.
bool Relocator::is_without_address(const SymbolView &symbol, const Reloc &reloc) const {
  if (reloc.target == SymId::kNone) {
    ctx_.diag.error("broken object: relocation without a target",
                    {"in " + describe(ctx_, symbol.id())});
    return true;
  }
  SymbolView target(ctx_, reloc.target);
  if (!target.is_defined() && is_reachable(ctx_, reloc.target)) {
    report_undefined(ctx_, symbol.id(), reloc.target, /*is_call=*/false);
    return true;
  }
  if (!is_reachable(ctx_, reloc.target)) {
    ctx_.diag.error("internal error: " + target.name() + " was not kept, but is referred to",
                    {"by " + describe(ctx_, symbol.id())});
    return true;
  }
  return false; // without a place of its own: its value is zero
}

int64_t Relocator::section_offset(const SymbolView &symbol, const Reloc &reloc, Group group) const {
  uint64_t address = ctx_.values.relocation_value(reloc.target) + reloc.addend;
  if (group != Group::kText)
    return address - section_start_[unsigned(group)];
  int64_t value = address - ctx_.text_start;
  if (!ctx_.version->func_pcs_are_indices)
    return value;
  if (value & 0xffff)
    ctx_.diag.error("reference into the middle of function " + name_of(ctx_, reloc.target),
                    {"from " + describe(ctx_, symbol.id())});
  return value >> 16;
}

// What is called instead of a method that is left out, or kNone.
SymId Relocator::stub_of(SymId method) const {
  auto stub = ctx_.stub_of_method.find(method);
  return stub == ctx_.stub_of_method.end() ? SymId::kNone : stub->second;
}

// False if the field stays as it is.
bool Relocator::data_value(const SymbolView &symbol, const Reloc &reloc, int64_t &value) const {
  uint16_t type = reloc.type & ~kRelocWeak;
  bool is_weak = reloc.type & kRelocWeak;
  Group group = reloc.target == SymId::kNone ? Group::kNone : ctx_.groups[reloc.target];
  bool is_missing = group == Group::kNone;
  switch (type) {
  case kRelocMethodOff:
    if (is_missing) {
      Reloc to_stub = reloc;
      to_stub.target = stub_of(reloc.target);
      value = to_stub.target == SymId::kNone ? -1 : section_offset(symbol, to_stub, Group::kText);
      return true;
    }
    value = section_offset(symbol, reloc, group);
    return true;
  case kRelocAddr:
    if (is_missing && is_weak && !is_reachable(ctx_, reloc.target)) {
      SymId stub = stub_of(reloc.target);
      value = (stub == SymId::kNone ? unreachable_method_ : ctx_.values.relocation_value(stub)) +
              reloc.addend;
      return true;
    }
    if (is_missing && is_without_address(symbol, reloc))
      return false;
    value = ctx_.values.relocation_value(reloc.target) + reloc.addend;
    return true;
  case kRelocAddrOff:
    if (is_missing && is_weak && !is_reachable(ctx_, reloc.target))
      return false;
    if (is_missing && is_without_address(symbol, reloc))
      return false;
    value = section_offset(symbol, reloc, group);
    return true;
  case kRelocSize:
    if (reloc.target == SymId::kNone && is_without_address(symbol, reloc))
      return false;
    value = SymbolView(ctx_, reloc.target).size() + reloc.addend;
    return true;
  default:
    ctx_.diag.error("unknown relocation type " + llvm::Twine(type) + " in data",
                    {"in " + describe(ctx_, symbol.id())});
    return false;
  }
}

void Relocator::report_overflow(const SymbolView &symbol, SymId target) const {
  std::vector<std::string> notes = {"referenced by " + describe(ctx_, symbol.id())};
  if (ctx_.groups[target] == Group::kText && !ctx_.version->func_pcs_are_indices)
    notes.push_back("Go 1." + std::to_string(ctx_.version->minor) +
                    " has room for 61440 functions, later versions for more");
  ctx_.diag.error("address of " + name_of(ctx_, target) + " does not fit 32 bits",
                  std::move(notes));
}

void Relocator::apply_one(const SymbolView &symbol, const Reloc &reloc,
                          llvm::MutableArrayRef<uint8_t> bytes) const {
  bool has_known_size = reloc.size == 8 || reloc.size == 4 || reloc.size == 2 || reloc.size == 1;
  if (reloc.offset < 0 || uint64_t(reloc.offset) + reloc.size > bytes.size() || !has_known_size) {
    ctx_.diag.error("broken object: relocation outside its symbol",
                    {"in " + describe(ctx_, symbol.id())});
    return;
  }
  int64_t value = 0;
  if (!data_value(symbol, reloc, value))
    return;
  if (reloc.size == 4 && value != int64_t(int32_t(value)) && value != int64_t(uint32_t(value)))
    report_overflow(symbol, reloc.target);
  std::memcpy(bytes.data() + reloc.offset, &value, reloc.size);
}

void Relocator::apply(const SymbolView &symbol, llvm::MutableArrayRef<uint8_t> bytes) const {
  if (symbol.is_owned()) {
    for (const Reloc &reloc : symbol.owned().relocs)
      if (reloc.size)
        apply_one(symbol, reloc, bytes);
    return;
  }
  // Nearly all are these two, in a word of their usual size, of something that has an address.
  const InputObject &object = symbol.object();
  for (RelocRecord record : object.obj.relocs(symbol.def().local)) {
    uint8_t size = record.size();
    if (size == 0)
      continue;
    SymId target = resolve(ctx_, object, record.target());
    uint16_t type = record.type();
    Group group = ctx_.groups[target];
    uint64_t offset = uint32_t(record.offset());
    if (offset + 8 <= bytes.size() && group != Group::kNone) [[likely]] {
      uint64_t value = ctx_.values.relocation_value(target) + record.addend();
      if (size == 8 && type == kRelocAddr) {
        objfile::store(bytes.data() + offset, value);
        continue;
      }
      value -= section_start_[unsigned(group)];
      if (size == 4 && (type & ~kRelocWeak) == kRelocAddrOff && group != Group::kText &&
          value <= INT32_MAX) {
        objfile::store(bytes.data() + offset, uint32_t(value));
        continue;
      }
    }
    apply_one(symbol, {record.offset(), size, type, record.addend(), target}, bytes);
  }
}

void Relocator::apply_to_funcdata(const SymbolView &symbol,
                                  llvm::MutableArrayRef<uint8_t> bytes) const {
  bool is_over = false;
  symbol.for_each_reloc([&](Reloc reloc) {
    if (is_over)
      return;
    bool is_weak = reloc.type & kRelocWeak;
    reloc.type &= ~kRelocWeak;
    if (reloc.type != kRelocAddrOff || reloc.size != 4) {
      ctx_.diag.error("unsupported relocation in funcdata " + symbol.name());
      is_over = true;
      return;
    }
    // The reference leaves the rest of the symbol alone here.
    is_over = is_weak && !is_reachable(ctx_, reloc.target);
    if (!is_over)
      apply_one(symbol, reloc, bytes);
  });
}

} // namespace wald

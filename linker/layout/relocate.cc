#include "linker/layout/relocate.h"

#include "objfile/support/leb128.h"

namespace wald {

using namespace objfile; // the relocation numbers

// Copies `size` bytes, of `available` ones that can be read. Most pieces between relocations are
// shorter than a call to memcpy takes. May write up to 15 bytes after the copied ones.
static inline uint8_t *copy_short(uint8_t *to, const uint8_t *from, uint64_t size,
                                  uint64_t available) {
  if (size <= 16 && available >= 16) [[likely]]
    std::memcpy(to, from, 16);
  else
    std::memcpy(to, from, size);
  return to + size;
}

Relocator::Relocator(Context &ctx, uint32_t num_imports)
    : ctx_(ctx), num_imports_(num_imports), reloc_wasm_import_(ctx.version->reloc_wasm_import) {
  SymId method = known(ctx, KnownSymbol::kUnreachableMethod);
  if (method != SymId::kNone)
    unreachable_method_ = ctx.values.relocation_value(method);
  for (unsigned group = 0; group < kNumGroups; group++)
    if (uint32_t section = ctx.section_of_group[group]; section != UINT32_MAX)
      section_start_[group] = ctx.sections[section].address;
}

void Relocator::report_undefined(const SymbolView &symbol, SymId target, bool is_call) const {
  StringRef name = name_of(ctx_, target);
  if (name == "main.main") {
    ctx_.diag.error("function main is undeclared in the main package",
                    {"add a func main() to package main"});
    return;
  }
  std::vector<std::string> notes = {"referenced by " + describe(ctx_, symbol.id())};
  if (is_call)
    notes.push_back("a function without a body: is a //go:wasmimport MODULE NAME missing in front "
                    "of its declaration?");
  ctx_.diag.error("undefined symbol: " + name, std::move(notes));
}

void Relocator::report_no_function(SymId caller, SymId target) const {
  if (!SymbolView(ctx_, target).is_defined())
    report_undefined(SymbolView(ctx_, caller), target, /*is_call=*/true);
  else
    ctx_.diag.error("call of " + name_of(ctx_, target) + ", which is no function",
                    {"called by " + describe(ctx_, caller)});
}

// -- Code

inline int64_t Relocator::code_operand(SymId function, const Reloc &reloc) const {
  if (reloc.type == kRelocAddr) [[likely]]
    return ctx_.values.relocation_value(reloc.target) + reloc.addend;
  if (reloc.type == kRelocCall && ctx_.groups[reloc.target] == Group::kText) [[likely]]
    return wasm_index(ctx_.values.entry_pc(reloc.target));
  return unusual_operand(function, reloc);
}

int64_t Relocator::unusual_operand(SymId function, const Reloc &reloc) const {
  uint16_t type = reloc.type & ~kRelocWeak;
  if (type == kRelocAddr)
    return ctx_.values.relocation_value(reloc.target) + reloc.addend;
  if (type == kRelocCall) {
    // A weak call to a function that is not there is the reference's own doing.
    if (ctx_.groups[reloc.target] != Group::kText && !(reloc.type & kRelocWeak))
      report_no_function(function, reloc.target);
    return wasm_index(ctx_.values.entry_pc(reloc.target));
  }
  if (type == reloc_wasm_import_) {
    auto found = imports_.find(reloc.target);
    if (found != imports_.end())
      return found->second;
    ctx_.diag.error("no import record for " + name_of(ctx_, reloc.target),
                    {"called by " + describe(ctx_, function)});
    return 0;
  }
  ctx_.diag.error("unknown relocation type " + llvm::Twine(type) + " in code",
                  {"in " + describe(ctx_, function)});
  return 0;
}

// The loops over a function's relocations are the hottest of the writer, so they go over the
// records themselves where the function is as its object has it.
template <typename Fn>
inline void Relocator::for_each_operand(const SymbolView &symbol, Fn fn) const {
  if (symbol.is_owned()) {
    for (const Reloc &reloc : symbol.owned().relocs)
      if (reloc.size)
        fn(reloc.offset, code_operand(symbol.id(), reloc));
    return;
  }
  const InputObject &object = symbol.object();
  for (RelocRecord record : object.obj.relocs(symbol.def().local)) {
    if (record.size() == 0)
      continue;
    uint16_t type = record.type();
    SymId target = resolve(ctx_, object, record.target());
    if (type == kRelocAddr) [[likely]]
      fn(record.offset(), int64_t(ctx_.values.relocation_value(target)) + record.addend());
    else if (type == kRelocCall && ctx_.groups[target] == Group::kText) [[likely]]
      fn(record.offset(), wasm_index(ctx_.values.entry_pc(target)));
    else
      fn(record.offset(), unusual_operand(symbol.id(), {record.offset(), record.size(), type,
                                                        record.addend(), target}));
  }
}

uint64_t Relocator::body_size(SymId function) const {
  SymbolView symbol(ctx_, function);
  uint64_t size = symbol.data().size();
  for_each_operand(symbol, [&](uint64_t, int64_t value)
                               __attribute__((always_inline)) { size += wasm::sleb_size(value); });
  return size;
}

uint64_t Relocator::largest_body_size(const SymbolView &symbol) {
  uint64_t num_relocs = symbol.is_owned() ? symbol.owned().relocs.size()
                                          : symbol.object().obj.relocs(symbol.def().local).size();
  return symbol.data().size() + num_relocs * wasm::kMaxLebSize + kSlack;
}

uint8_t *Relocator::write_body(const SymbolView &symbol, uint8_t *at) const {
  Bytes data = symbol.data();
  const uint8_t *from = data.data();
  uint64_t copied = 0;
  bool is_broken = false;
  for_each_operand(symbol, [&](uint64_t offset, int64_t value) __attribute__((always_inline)) {
    if (offset < copied || offset > data.size()) [[unlikely]] {
      is_broken = true;
      offset = copied;
    }
    at = copy_short(at, from + copied, offset - copied, data.size() - copied);
    copied = offset;
    at = wasm::write_sleb_roomy(at, value);
  });
  if (is_broken)
    ctx_.diag.error("broken object: relocations of code are out of order or outside it",
                    {"in " + describe(ctx_, symbol.id())});
  std::memcpy(at, from + copied, data.size() - copied);
  return at + (data.size() - copied);
}

// -- Data

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
    report_undefined(symbol, reloc.target, /*is_call=*/false);
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

// False if the field stays as it is.
bool Relocator::data_value(const SymbolView &symbol, const Reloc &reloc, int64_t &value) const {
  uint16_t type = reloc.type & ~kRelocWeak;
  bool is_weak = reloc.type & kRelocWeak;
  Group group = reloc.target == SymId::kNone ? Group::kNone : ctx_.groups[reloc.target];
  bool is_missing = group == Group::kNone;
  switch (type) {
  case kRelocMethodOff:
    if (is_missing) {
      value = -1;
      return true;
    }
    value = section_offset(symbol, reloc, group);
    return true;
  case kRelocAddr:
    if (is_missing && is_weak && !is_reachable(ctx_, reloc.target)) {
      value = unreachable_method_ + reloc.addend;
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

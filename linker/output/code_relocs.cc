#include "linker/output/code_relocs.h"

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

CodeRelocator::CodeRelocator(Context &ctx, const ModulePlan &plan)
    : ctx_(ctx), plan_(plan), index_of_zero_(plan.function_index(EntryPc(0))),
      reloc_wasm_import_(ctx.version->reloc_wasm_import) {}

void CodeRelocator::report_no_function(SymId caller, SymId target) const {
  if (!SymbolView(ctx_, target).is_defined())
    report_undefined(ctx_, caller, target, /*is_call=*/true);
  else
    ctx_.diag.error("call of " + name_of(ctx_, target) + ", which is no function",
                    {"called by " + describe(ctx_, caller)});
}

inline int64_t CodeRelocator::code_operand(SymId function, const Reloc &reloc) const {
  if (reloc.type == kRelocAddr) [[likely]]
    return ctx_.values.relocation_value(reloc.target) + reloc.addend;
  if (reloc.type == kRelocCall && ctx_.groups[reloc.target] == Group::kText) [[likely]]
    return function_index(ctx_.values.entry_pc(reloc.target));
  return unusual_operand(function, reloc);
}

int64_t CodeRelocator::unusual_operand(SymId function, const Reloc &reloc) const {
  uint16_t type = reloc.type & ~kRelocWeak;
  if (type == kRelocAddr)
    return ctx_.values.relocation_value(reloc.target) + reloc.addend;
  if (type == kRelocCall) {
    // A weak call to a function that is not there is the reference's own doing.
    if (ctx_.groups[reloc.target] != Group::kText && !(reloc.type & kRelocWeak))
      report_no_function(function, reloc.target);
    return function_index(ctx_.values.entry_pc(reloc.target));
  }
  if (type == reloc_wasm_import_) {
    auto found = plan_.import_of_wrapper.find(reloc.target);
    if (found != plan_.import_of_wrapper.end())
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
inline void CodeRelocator::for_each_operand(const SymbolView &symbol, Fn fn) const {
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
      fn(record.offset(), function_index(ctx_.values.entry_pc(target)));
    else
      fn(record.offset(), unusual_operand(symbol.id(), {record.offset(), record.size(), type,
                                                        record.addend(), target}));
  }
}

uint64_t CodeRelocator::body_size(SymId function) const {
  SymbolView symbol(ctx_, function);
  uint64_t size = symbol.data().size();
  for_each_operand(symbol, [&](uint64_t, int64_t value)
                               __attribute__((always_inline)) { size += wasm::sleb_size(value); });
  return size;
}

bool CodeRelocator::list_operands(const SymbolView &symbol, std::vector<Operand> &operands) const {
  operands.clear();
  uint64_t last = 0, end = symbol.data().size();
  bool is_broken = false;
  symbol.for_each_reloc([&](const Reloc &reloc) {
    if (reloc.size == 0)
      return;
    uint64_t offset = uint32_t(reloc.offset);
    is_broken |= offset < last || offset > end;
    last = offset;
    uint16_t type = reloc.type & ~kRelocWeak;
    Operand::Kind kind = type == kRelocCall           ? Operand::Kind::kFunction
                         : type == reloc_wasm_import_ ? Operand::Kind::kImport
                                                      : Operand::Kind::kAddress;
    operands.push_back({kind, uint32_t(offset), code_operand(symbol.id(), reloc), reloc.target});
  });
  if (is_broken)
    report_broken(symbol.id());
  return !is_broken;
}

void CodeRelocator::report_broken(SymId function) const {
  ctx_.diag.error("broken object: relocations of code are out of order or outside it",
                  {"in " + describe(ctx_, function)});
}

uint64_t CodeRelocator::largest_body_size(const SymbolView &symbol) {
  uint64_t num_relocs = symbol.is_owned() ? symbol.owned().relocs.size()
                                          : symbol.object().obj.relocs(symbol.def().local).size();
  return symbol.data().size() + num_relocs * wasm::kMaxLebSize + kSlack;
}

uint8_t *CodeRelocator::write_body(const SymbolView &symbol, uint8_t *at) const {
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
    report_broken(symbol.id());
  std::memcpy(at, from + copied, data.size() - copied);
  return at + (data.size() - copied);
}

} // namespace wald

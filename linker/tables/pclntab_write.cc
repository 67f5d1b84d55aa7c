// The bytes of pclntab.
#include "linker/layout/relocate.h"
#include "linker/tables/func_value.h"
#include "linker/tables/pclntab.h"
#include "wasm/data_sink.h"

namespace wald {

using namespace pclntab;
using wasm::DataSink;

void Pclntab::write(uint32_t part, const Relocator &relocator, DataSink &out) const {
  switch (part) {
  case kHeader:
    write_header(out.reserve(kHeaderSize));
    return out.advance(kHeaderSize);
  case kNames:
    return write_names(out);
  case kUnitFiles:
    return out.feed(unit_files_);
  case kFiles:
    return out.feed(files_);
  case kPcTables:
    return write_pc_tables(out);
  case kFunctions:
    return write_functions(out);
  case kFuncdata:
    return write_funcdata(relocator, out);
  case kFindIndex:
    return write_find_index(out);
  default: {
    const Function &function = functions_[part - kInlineTree];
    uint64_t size = function.info.num_inline_nodes() * kInlineNodeSize;
    write_inline_tree(function, out.reserve(size));
    out.advance(size);
  }
  }
}

void Pclntab::write_header(uint8_t *at) const {
  constexpr uint8_t kMagicAndSizes[] = {0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8};
  std::memcpy(at, kMagicAndSizes, sizeof kMagicAndSizes);
  objfile::store<uint64_t>(at + 8, functions_.size());
  objfile::store<uint64_t>(at + 16, file_offsets_.size());
  // Up to Go 1.25 the address of text, later nothing.
  objfile::store<uint64_t>(at + 24, funcdata_is_here() ? 0 : ctx_.text_start);
  uint64_t start = value_of(ctx_, header);
  for (size_t i = 0; i < tables.size(); i++)
    objfile::store<uint64_t>(at + 32 + 8 * i, value_of(ctx_, tables[i]) - start);
}

void Pclntab::write_names(DataSink &out) const {
  for (const Name &entry : names_) {
    StringRef name = entry.text;
    uint8_t *at = out.reserve(name.size() + 1);
    std::memcpy(at, name.data(), name.size());
    at[name.size()] = 0;
    out.advance(name.size() + 1);
  }
}

void Pclntab::write_pc_tables(DataSink &out) const {
  out.feed_zeros(1);
  for (Bytes table : pc_tables_)
    out.feed(table);
}

// -- functab

uint32_t Pclntab::entry_pc(uint64_t index) const {
  uint64_t value = function_value(ctx_, index);
  return ctx_.version->func_pcs_are_indices ? (value - ctx_.text_start) >> 16
                                            : value - ctx_.text_start;
}

uint32_t Pclntab::end_pc() const {
  uint64_t last = functions_.size() - 1;
  return entry_pc(last) +
         (ctx_.version->func_pcs_are_indices ? 1 : SymbolView(ctx_, functions_[last].id).size());
}

void Pclntab::write_functions(DataSink &out) const {
  for (uint64_t i = 0; i < functions_.size(); i++) {
    uint8_t *at = out.reserve(8);
    objfile::store(at, entry_pc(i));
    objfile::store(at + 4, functions_[i].record_offset);
    out.advance(8);
  }
  objfile::store(out.reserve(4), end_pc());
  out.advance(4);
  uint64_t position = 8 * functions_.size() + 4;
  for (uint64_t i = 0; i < functions_.size(); i++) {
    const Function &function = functions_[i];
    out.feed_zeros(function.record_offset - position);
    uint64_t size = kRecordSize + 4ull * num_pcdata_slots(function) + 4ull * function.num_funcdata;
    write_record(function, i, out.reserve(size));
    out.advance(size);
    position = function.record_offset + size;
  }
}

void Pclntab::write_record(const Function &function, uint64_t index, uint8_t *record) const {
  const FuncInfo &info = function.info;
  uint32_t num_pcdata = num_pcdata_slots(function);
  auto store = [&](uint64_t at, uint32_t value) { objfile::store(record + at, value); };
  store(0, entry_pc(index));
  store(4, names_[name_of_function(function.id)].offset);
  store(8, info.args());
  store(12, defer_return_of(function.id));
  store(16, function.pcsp);
  store(20, function.pcfile);
  store(24, function.pcline);
  store(28, num_pcdata);
  store(32, function.unit == UINT32_MAX ? kNoOffset : units_[function.unit].first_entry);
  store(36, info.start_line());
  record[40] = info.func_id();
  record[41] = info.flags();
  record[42] = 0;
  record[43] = function.num_funcdata;
  for (uint32_t i = 0; i < num_pcdata; i++)
    store(kRecordSize + 4 * i, i < function.num_pcdata ? pcdata(function)[i] : 0);
  if (info.num_inline_nodes())
    store(kRecordSize + 4 * kPcdataInlineTree, function.pcinline);
  for (uint32_t slot = 0; slot < function.num_funcdata; slot++)
    store(kRecordSize + 4 * (num_pcdata + slot), funcdata_offset(function, slot));
}

uint32_t Pclntab::funcdata_offset(const Function &function, uint32_t slot) const {
  if (funcdata_is_here() && slot == kFuncdataInlineTree && function.info.num_inline_nodes())
    return function.inline_tree_offset;
  SymId id = funcdata(function)[slot];
  if (is_ignored(function, slot, id))
    return kNoOffset;
  if (funcdata_is_here())
    return value_of(ctx_, id);
  if (ctx_.group[number(id)] != Group::kGoFunc)
    ctx_.diag.error("funcdata symbol " + name_of(ctx_, id) + " has no usable name");
  return value_of(ctx_, id) - ctx_.funcdata_base;
}

// The resume point of the call to runtime.deferreturn, which the compiler stores right before it.
uint32_t Pclntab::defer_return_of(SymId function) const {
  if (!(ctx_.attributes[number(function)] & kCallsDeferReturn))
    return 0;
  uint32_t last_address = 0, result = 0;
  bool found = false;
  SymbolView(ctx_, function).for_each_reloc([&](const Reloc &reloc) {
    uint16_t type = reloc.type & ~objfile::kRelocWeak;
    if (found)
      return;
    if (type == objfile::kRelocAddr)
      last_address = reloc.addend;
    if (type == objfile::kRelocCall && reloc.target == defer_return_) {
      result = last_address - 1;
      found = true;
    }
  });
  return result;
}

// -- Funcdata

void Pclntab::write_inline_tree(const Function &function, uint8_t *at) const {
  for (uint32_t i = 0; i < function.info.num_inline_nodes(); i++, at += kInlineNodeSize) {
    SymId callee = inlined_function(function, i);
    const Inlined &info = inlined(callee);
    if (!info.is_valid)
      ctx_.diag.error("no function information for " + name_of(ctx_, callee) + ", which is inlined",
                      {"into " + describe(ctx_, function.id)});
    objfile::store<uint32_t>(at, info.func_id);
    objfile::store<uint32_t>(at + 4, names_[name_of_function(callee)].offset);
    objfile::store<uint32_t>(at + 8, function.info.inline_node(i).parent_pc);
    objfile::store<uint32_t>(at + 12, info.start_line);
  }
}

const Pclntab::Inlined &Pclntab::inlined(SymId function) const {
  if (inlined_.empty())
    inlined_.resize(names_.size());
  Inlined &result = inlined_[name_of_function(function)];
  if (!result.is_known) {
    FuncInfo info;
    if (function != SymId::kNone)
      info = FuncInfo(ctx_, SymbolView(ctx_, function).aux(objfile::AuxKind::kFuncInfo));
    result = {true, info.is_valid(), info.func_id(), info.start_line()};
  }
  return result;
}

void Pclntab::write_funcdata(const Relocator &relocator, DataSink &out) const {
  uint64_t position = 0;
  for (const FuncdataEntry &entry : funcdata_entries_) {
    out.feed_zeros(entry.offset - position);
    if (entry.id == SymId::kNone) {
      write_inline_tree(functions_[entry.function], out.reserve(entry.size));
      out.advance(entry.size);
    } else {
      SymbolView symbol(ctx_, entry.id);
      out.feed_changed(symbol.data().take_front(entry.size), entry.size,
                       [&](llvm::MutableArrayRef<uint8_t> bytes) {
                         relocator.apply_to_funcdata(symbol, bytes);
                       });
    }
    position = entry.offset + entry.size;
  }
}

void Pclntab::write_find_index(DataSink &out) const {
  auto function_of = [&](uint64_t bucket) -> uint32_t {
    return std::min<uint64_t>(bucket / kBucketsPerFunction, functions_.size() - 1);
  };
  if (num_buckets_ == 0)
    return;
  // The last one may be cut short.
  uint64_t last = num_buckets_ - 1;
  out.feed_spread_words(last, kBucketSize, function_of);
  objfile::store(out.reserve(4), function_of(last));
  out.advance(4);
  out.feed_zeros(find_index_size_ - last * kBucketSize - 4);
}

} // namespace wald

#include "linker/inspect/distinguish.h"

namespace wald::inspect {

namespace {

using llvm::StringRef;
namespace funcdata_kind = objfile::funcdata;

// In three pieces, of which the one in the middle stands for "[...]" and is empty in other names
// (ref: funcNameForPrint in runtime/symtab.go).
bool is_printed_alike(StringRef a, StringRef b) {
  auto is_generic = [](StringRef name) {
    size_t open = name.find('['), close = name.rfind(']');
    return open != StringRef::npos && close != StringRef::npos && open < close;
  };
  if (!is_generic(a) || !is_generic(b))
    return a == b;
  return a.split('[').first == b.split('[').first && a.rsplit(']').second == b.rsplit(']').second;
}

// `same` compares two values of the tables.
template <typename Fn> bool are_alike(PcRuns a, PcRuns b, Fn same) {
  bool has_a = a.next(), has_b = b.next();
  uint32_t end = 0;
  while (has_a && has_b) {
    if (!same(a.value(), b.value()))
      return false;
    end = std::min(a.end(), b.end());
    if (a.end() == end)
      has_a = a.next();
    if (b.end() == end)
      has_b = b.next();
  }
  return has_a == has_b && !a.is_broken() && !b.is_broken();
}

bool are_alike(PcRuns a, PcRuns b) {
  return are_alike(a, b, [](int32_t x, int32_t y) { return x == y; });
}

bool have_same_files(const Function &a, const Function &b) {
  return are_alike(a.pcfile(), b.pcfile(),
                   [&](int32_t x, int32_t y) { return a.file(x) == b.file(y); });
}

bool have_same_pcdata(const Function &a, const Function &b) {
  for (uint32_t kind = 0; kind < std::max(a.num_pcdata(), b.num_pcdata()); kind++)
    if (!are_alike(a.pcdata(kind), b.pcdata(kind)))
      return false;
  return true;
}

bool have_same_inlined_calls(const Function &a, const Function &b) {
  if (a.num_inlined_calls() != b.num_inlined_calls())
    return false;
  for (uint32_t i = 0; i < a.num_inlined_calls(); i++) {
    InlinedCall first = a.inlined_call(i), second = b.inlined_call(i);
    if (!is_printed_alike(first.name, second.name) || first.func_id != second.func_id ||
        first.parent_pc != second.parent_pc || first.start_line != second.start_line)
      return false;
  }
  return true;
}

// How long some kinds are only their place tells: at another one they count as others.
bool have_same_funcdata(const Function &a, const Function &b) {
  for (uint32_t kind = 0; kind < std::max(a.num_funcdata(), b.num_funcdata()); kind++) {
    if (kind == funcdata_kind::kInlineTree)
      continue;
    std::optional<Bytes> first = a.funcdata(kind), second = b.funcdata(kind);
    bool has_size = first && second && kind != funcdata_kind::kArgLiveInfo;
    if (has_size ? *first != *second : a.funcdata_address(kind) != b.funcdata_address(kind))
      return false;
  }
  return true;
}

} // namespace

std::optional<std::string> first_distinction(const Function &a, const Function &b) {
  if (!is_printed_alike(a.name(), b.name()))
    return "names";
  if (a.args() != b.args() || a.defer_return() != b.defer_return() || a.func_id() != b.func_id() ||
      a.flags() != b.flags() || a.start_line() != b.start_line())
    return "records";
  if (!are_alike(a.pcsp(), b.pcsp()))
    return "frame sizes";
  if (!have_same_files(a, b))
    return "files";
  if (!are_alike(a.pcline(), b.pcline()))
    return "lines";
  if (!have_same_inlined_calls(a, b))
    return "inlined calls";
  if (!have_same_pcdata(a, b))
    return "stack maps or inlined calls by program counter";
  if (!have_same_funcdata(a, b))
    return "stack maps or other funcdata";
  return std::nullopt;
}

} // namespace wald::inspect

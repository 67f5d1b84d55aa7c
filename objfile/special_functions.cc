#include "objfile/special_functions.h"

#include "objfile/known_symbols.h"

#include <algorithm>
#include <array>

namespace wald::objfile {

namespace {

struct SpecialFunction {
  llvm::StringRef name;
  const char *type;
};

// By the length of the name, as every function of a program is looked for here.
constexpr auto kFunctions = [] {
  auto list = std::to_array<SpecialFunction>({
      {name_of(KnownSymbol::kStartJs), "."},
      {name_of(KnownSymbol::kStartCommand), "."},
      {name_of(KnownSymbol::kStartReactor), "."},
      {"wasm_export__start", "."},
      {name_of(KnownSymbol::kExportRun), "ii."},
      {name_of(KnownSymbol::kExportResume), "."},
      {name_of(KnownSymbol::kExportGetSp), ".i"},
      {"wasm_pc_f_loop", "."},
      {name_of(KnownSymbol::kExportLoop), "i."},
      {name_of(KnownSymbol::kNotInitialized), "."},
      {"runtime.wasmDiv", "II.I"},
      {"runtime.wasmTruncS", "F.I"},
      {"runtime.wasmTruncU", "F.I"},
      {"gcWriteBarrier", "I.I"},
      {"runtime.gcWriteBarrier1", ".I"},
      {"runtime.gcWriteBarrier2", ".I"},
      {"runtime.gcWriteBarrier3", ".I"},
      {"runtime.gcWriteBarrier4", ".I"},
      {"runtime.gcWriteBarrier5", ".I"},
      {"runtime.gcWriteBarrier6", ".I"},
      {"runtime.gcWriteBarrier7", ".I"},
      {"runtime.gcWriteBarrier8", ".I"},
      {"cmpbody", "IIII.I"},
      {"memeqbody", "III.I"},
      {"memcmp", "iii.i"},
      {"memchr", "iii.i"},
  });
  std::sort(list.begin(), list.end(), [](const SpecialFunction &a, const SpecialFunction &b) {
    return a.name.size() < b.name.size();
  });
  return list;
}();

constexpr size_t kLongest = kFunctions.back().name.size();

// Of the functions whose names have so many bytes or more, the first.
constexpr auto kFirstOfSize = [] {
  std::array<uint8_t, kLongest + 2> first{};
  for (size_t size = 0; size < first.size(); size++)
    while (first[size] < kFunctions.size() && kFunctions[first[size]].name.size() < size)
      first[size]++;
  return first;
}();

} // namespace

const char *special_function_type(llvm::StringRef name) {
  if (name.size() > kLongest)
    return nullptr;
  for (size_t i = kFirstOfSize[name.size()]; i < kFirstOfSize[name.size() + 1]; i++)
    if (kFunctions[i].name == name)
      return kFunctions[i].type;
  return nullptr;
}

} // namespace wald::objfile

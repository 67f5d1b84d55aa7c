// The numbers of a module's sections.
#pragma once

#include <cstdint>

namespace wald::wasm {

enum class SectionId : uint8_t {
  kCustom,
  kType,
  kImport,
  kFunction,
  kTable,
  kMemory,
  kGlobal,
  kExport,
  kStart,
  kElement,
  kCode,
  kData,
  kDataCount,
  kTag,
};
inline constexpr unsigned kNumSectionIds = 14;

} // namespace wald::wasm

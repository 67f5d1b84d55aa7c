#include "linker/tables/pclntab/header.h"

#include "wasm/data_sink.h"

namespace wald {

using namespace objfile;
using namespace objfile::pclntab_layout;

void PclntabHeader::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  uint8_t *at = out.reserve(kHeaderSize);
  std::memcpy(at, kMagicAndSizes.data(), kMagicAndSizes.size());
  store<uint64_t>(at + kNumFunctions, num_functions_);
  store<uint64_t>(at + kNumFiles, num_files_);
  // Up to Go 1.25 the address of text, later nothing.
  store<uint64_t>(at + kTextStart, ctx_.version->funcdata_in_pclntab ? 0 : ctx_.text_start);
  uint64_t start = number(ctx_.values.address(header_));
  for (size_t i = 0; i < tables_.size(); i++)
    store<uint64_t>(at + kNames + 8 * i, number(ctx_.values.address(tables_[i])) - start);
  out.advance(kHeaderSize);
}

} // namespace wald

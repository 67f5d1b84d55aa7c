// A libFuzzer program of the target that WALD_FUZZ_TARGET names.
#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  wald::fuzz::WALD_FUZZ_TARGET({data, size});
  return 0;
}

#include "objfile/support/name_map.h"

#include "objfile/support/bytes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/SipHash.h"

#include <random>

namespace wald::objfile {

namespace {

struct Key {
  uint8_t bytes[16];
  Key() {
    std::random_device random;
    for (uint8_t &byte : bytes)
      byte = random();
  }
};

} // namespace

uint32_t name_hash(llvm::StringRef name) {
  static const Key key;
  uint8_t hash[8];
  llvm::getSipHash_2_4_64(llvm::ArrayRef(name.bytes_begin(), name.size()), key.bytes, hash);
  return load<uint32_t>(hash);
}

} // namespace wald::objfile

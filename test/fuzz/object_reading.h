// Reading all of an object, for the fuzz targets and the tests of broken objects.
#pragma once

#include "objfile/goobj.h"

namespace wald::test {

// Touches everything that an object has, for what the sanitizers say about it.
inline void read_everything(const objfile::Object &object) {
  for (uint32_t i = 0; i < object.num_symbols(); i++) {
    (void)object.name(i);
    (void)object.kind(i);
  }
  uint64_t sum = 0;
  for (uint32_t i = 0; i < object.num_defs(); i++) {
    for (uint8_t byte : object.data(i))
      sum += byte;
    for (objfile::RelocRecord reloc : object.relocs(i))
      sum += reloc.target().index + uint64_t(reloc.addend());
    for (objfile::AuxRecord aux : object.auxes(i))
      sum += aux.target().index;
  }
  for (uint32_t i = 0; i < object.num_autolibs(); i++)
    sum += object.autolib(i).fingerprint;
  for (uint32_t i = 0; i < object.num_packages(); i++)
    sum += object.package(i).size();
  for (uint32_t i = 0; i < object.num_files(); i++)
    sum += object.file(i).size();
  for (objfile::RefFlagsRecord record : object.ref_flags())
    sum += record.flag();
  for (objfile::RefNameRecord record : object.ref_names())
    sum += object.name(record).size();
  volatile uint64_t sink = sum;
  (void)sink;
}

} // namespace wald::test

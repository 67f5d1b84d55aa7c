// Everything that differs between the supported Go versions, in one table: numbers in object files,
// layout of the tables that the runtime reads, names that a linker has to know.
//
// A new Go version: add a row to kVersions in go_version.cc, extend the lists of builtin symbols
// and of restricted linknames in go_version_names.cc, and run the compare sweep with its toolchain.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wald::objfile {

struct GoVersion {
  int minor; // N of go1.N

  // -- Object files
  uint8_t flag2_linkname_std; // 0 where the version has none
  uint8_t flag2_abi_wrapper;
  uint8_t flag2_wasm_export;
  uint8_t first_shifted_kind; // number of the libfuzzer counter kind; coverage kinds follow
  uint16_t reloc_wasm_import;
  uint16_t reloc_init_order;
  uint8_t field_kind_bool;         // in wasm signatures
  uint8_t field_kind_v128;         // 0xff where the version has none
  const char *default_experiments; // the X: list of an unchanged toolchain
  const char *experiment_order;    // all experiments in the order in which they are listed

  // -- Loading
  bool flag_f_allows_any_header; // -f takes objects with differing header lines
  bool non_dupok_beats_dupok;    // otherwise the first stays or the larger wins
  bool linkname_std_checked;     // linkname-std and assembler references are checked
  bool strings_may_be_exports; // an export named like a string that the linker sets is like others
  bool raised_size_is_unchecked; // no linkname check where a variable raised the target's size
  const char *runtime_packages;  // comma list, laid out first in text
  bool runtime_package_prefixes; // also everything below runtime/internal and internal/runtime

  // -- Type descriptors
  uint8_t type_kind_mask;
  uint8_t interface_extra_bytes, map_extra_bytes; // size beyond the common part

  // -- Layout and tables
  bool funcdata_in_pclntab;  // funcdata, inline trees and findfunctab lie in pclntab
  bool module_section;       // firstmoduledata in a section of its own, written
  bool types_in_own_section; // .go.type and .go.func instead of typelink tables
  bool pclntab_after_rodata;
  bool symtab_section; // the empty .gosymtab
  bool gcmask_group;
  bool gcprog_in_gcbits;     // type:.gcprog.* belongs to the gcbits group
  bool aligned_coverage;     // covctrs start rounded to 4
  bool func_pcs_are_indices; // functab and text offsets hold function indices, not PCs
  bool cutab_counts_entries; // cutab slice length in entries, not bytes
  bool moduledata_has_epclntab;
  char experiment_separator; // in runtime.buildVersion, before X:
};

// The row for go1.MINOR, or null for a version that wald does not know.
const GoVersion *find_go_version(int minor);
inline constexpr int kOldestGoMinor = 24, kNewestGoMinor = 27;
// "wald knows go1.24 to go1.27", for messages about another version.
std::string known_go_versions();

// MINOR of "go1.MINOR…" (go1.27.4, go1.26rc1, go1.25-custom), or -1.
int parse_go_minor(llvm::StringRef version);

// runtime.buildVersion for objects whose header names `version` and the experiments `experiments`
// (comma list): the version, and what differs from its defaults.
std::string build_version_string(const GoVersion &traits, llvm::StringRef version,
                                 llvm::StringRef experiments);

// The experiments (comma list, as in the header of objects) that GOEXPERIMENT=`setting` turns on,
// or nothing if it names one that the version does not have.
std::optional<std::string> experiments_of_setting(const GoVersion &traits, llvm::StringRef setting);

// Builtin symbols of the compiler in the order of their indices.
std::vector<llvm::StringRef> builtin_names(const GoVersion &traits);

// Names that only certain packages may link to. `packages` is a comma list; empty: nobody.
struct RestrictedLinkname {
  const char *name;
  const char *packages;
  int first_minor, last_minor; // last_minor 0: still so
};
llvm::ArrayRef<RestrictedLinkname> restricted_linknames();

} // namespace wald::objfile

#include "objfile/go_version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace wald::objfile {

namespace {

// clang-format off
constexpr char kExperiments24[] =
    "fieldtrack,preemptibleloops,staticlockranking,boringcrypto,regabiwrappers,regabiargs,"
    "heapminimum512kib,coverageredesign,arenas,cgocheck2,loopvar,cacheprog,newinliner,rangefunc,"
    "aliastypeparams,swissmap,spinbitmutex,synchashtriemap,synctest";
constexpr char kExperiments25[] =
    "fieldtrack,preemptibleloops,staticlockranking,boringcrypto,regabiwrappers,regabiargs,"
    "heapminimum512kib,arenas,cgocheck2,loopvar,cacheprog,newinliner,rangefunc,"
    "aliastypeparams,swissmap,synchashtriemap,synctest,dwarf5,jsonv2,greenteagc";
constexpr char kExperiments26[] =
    "fieldtrack,preemptibleloops,staticlockranking,boringcrypto,regabiwrappers,regabiargs,"
    "heapminimum512kib,arenas,cgocheck2,loopvar,newinliner,dwarf5,jsonv2,greenteagc,"
    "randomizedheapbase64,runtimefreegc,sizespecializedmalloc,goroutineleakprofile,simd,"
    "runtimesecret";
constexpr char kExperiments27[] =
    "fieldtrack,preemptibleloops,staticlockranking,boringcrypto,regabiwrappers,regabiargs,"
    "heapminimum512kib,arenas,cgocheck2,loopvar,newinliner,dwarf5,jsonv2,greenteagc,"
    "randomizedheapbase64,runtimefreegc,sizespecializedmalloc,simd,runtimesecret,mapsplitgroup";

// ref: runtimePkgs in cmd/internal/objabi/pkgspecial.go; 1.24 adds the packages below two prefixes.
constexpr char kRuntimePackages24[] =
    "runtime,sync/atomic,unsafe,internal/abi,internal/asan,internal/bytealg,internal/byteorder,"
    "internal/chacha8rand,internal/coverage/rtcov,internal/cpu,internal/goarch,internal/godebugs,"
    "internal/goexperiment,internal/goos,internal/msan,internal/profilerecord,internal/race,"
    "internal/stringslite";
constexpr char kRuntimePackages25[] =
    "runtime,internal/runtime/atomic,internal/runtime/cgroup,internal/runtime/exithook,"
    "internal/runtime/gc,internal/runtime/maps,internal/runtime/math,internal/runtime/strconv,"
    "internal/runtime/sys,internal/runtime/syscall,internal/abi,internal/bytealg,"
    "internal/byteorder,internal/chacha8rand,internal/coverage/rtcov,internal/cpu,internal/goarch,"
    "internal/godebugs,internal/goexperiment,internal/goos,internal/profilerecord,"
    "internal/stringslite";
constexpr char kRuntimePackages26[] =
    "runtime,internal/runtime/atomic,internal/runtime/cgroup,internal/runtime/exithook,"
    "internal/runtime/gc,internal/runtime/gc/scan,internal/runtime/maps,internal/runtime/math,"
    "internal/runtime/sys,internal/runtime/syscall/linux,internal/runtime/syscall/windows,"
    "internal/abi,internal/bytealg,internal/byteorder,internal/chacha8rand,"
    "internal/coverage/rtcov,internal/cpu,internal/goarch,internal/godebugs,"
    "internal/goexperiment,internal/goos,internal/profilerecord,internal/strconv,"
    "internal/stringslite";

constexpr GoVersion kVersions[] = {
    {
        .minor = 24,
        .flag2_linkname_std = 0,
        .flag2_abi_wrapper = 0x20,
        .flag2_wasm_export = 0x40,
        .first_shifted_kind = 21,
        .reloc_wasm_import = 92,
        .reloc_init_order = 95,
        .field_kind_bool = 5,
        .field_kind_v128 = 0xff,
        .default_experiments = "coverageredesign,aliastypeparams,swissmap,synchashtriemap",
        .experiment_order = kExperiments24,
        .flag_f_allows_any_header = false,
        .non_dupok_beats_dupok = false,
        .linkname_std_checked = false,
        .strings_may_be_exports = false,
        .raised_size_is_unchecked = true,
        .runtime_packages = kRuntimePackages24,
        .runtime_package_prefixes = true,
        .type_kind_mask = 0x1f,
        .interface_extra_bytes = 24,
        .map_extra_bytes = 64,
        .funcdata_in_pclntab = false,
        .module_section = false,
        .types_in_own_section = false,
        .pclntab_after_rodata = false,
        .symtab_section = true,
        .gcmask_group = false,
        .gcprog_in_gcbits = true,
        .aligned_coverage = false,
        .func_pcs_are_indices = false,
        .cutab_counts_entries = false,
        .moduledata_has_epclntab = false,
        .experiment_separator = ' ',
    },
    {
        .minor = 25,
        .flag2_linkname_std = 0,
        .flag2_abi_wrapper = 0x20,
        .flag2_wasm_export = 0x40,
        .first_shifted_kind = 22,
        .reloc_wasm_import = 92,
        .reloc_init_order = 95,
        .field_kind_bool = 5,
        .field_kind_v128 = 0xff,
        .default_experiments = "aliastypeparams,swissmap,synchashtriemap,dwarf5",
        .experiment_order = kExperiments25,
        .flag_f_allows_any_header = false,
        .non_dupok_beats_dupok = false,
        .linkname_std_checked = false,
        .strings_may_be_exports = true,
        .raised_size_is_unchecked = false,
        .runtime_packages = kRuntimePackages25,
        .runtime_package_prefixes = false,
        .type_kind_mask = 0x1f,
        .interface_extra_bytes = 24,
        .map_extra_bytes = 64,
        .funcdata_in_pclntab = false,
        .module_section = false,
        .types_in_own_section = false,
        .pclntab_after_rodata = false,
        .symtab_section = true,
        .gcmask_group = false,
        .gcprog_in_gcbits = true,
        .aligned_coverage = false,
        .func_pcs_are_indices = true,
        .cutab_counts_entries = false,
        .moduledata_has_epclntab = false,
        .experiment_separator = ' ',
    },
    {
        .minor = 26,
        .flag2_linkname_std = 0,
        .flag2_abi_wrapper = 0x20,
        .flag2_wasm_export = 0x40,
        .first_shifted_kind = 22,
        .reloc_wasm_import = 96,
        .reloc_init_order = 99,
        .field_kind_bool = 5,
        .field_kind_v128 = 0xff,
        .default_experiments = "dwarf5,greenteagc,randomizedheapbase64",
        .experiment_order = kExperiments26,
        .flag_f_allows_any_header = false,
        .non_dupok_beats_dupok = false,
        .linkname_std_checked = false,
        .strings_may_be_exports = true,
        .raised_size_is_unchecked = false,
        .runtime_packages = kRuntimePackages26,
        .runtime_package_prefixes = false,
        .type_kind_mask = 0xff,
        .interface_extra_bytes = 24,
        .map_extra_bytes = 64,
        .funcdata_in_pclntab = true,
        .module_section = true,
        .types_in_own_section = false,
        .pclntab_after_rodata = true,
        .symtab_section = false,
        .gcmask_group = false,
        .gcprog_in_gcbits = true,
        .aligned_coverage = false,
        .func_pcs_are_indices = true,
        .cutab_counts_entries = true,
        .moduledata_has_epclntab = true,
        .experiment_separator = '-',
    },
    {
        .minor = 27,
        .flag2_linkname_std = 0x20,
        .flag2_abi_wrapper = 0x40,
        .flag2_wasm_export = 0x80,
        .first_shifted_kind = 22,
        .reloc_wasm_import = 99,
        .reloc_init_order = 102,
        .field_kind_bool = 6,
        .field_kind_v128 = 5,
        .default_experiments = "dwarf5,jsonv2,greenteagc,randomizedheapbase64,sizespecializedmalloc",
        .experiment_order = kExperiments27,
        .flag_f_allows_any_header = true,
        .non_dupok_beats_dupok = true,
        .linkname_std_checked = true,
        .strings_may_be_exports = true,
        .raised_size_is_unchecked = false,
        .runtime_packages = kRuntimePackages26,
        .runtime_package_prefixes = false,
        .type_kind_mask = 0xff,
        .interface_extra_bytes = 32,
        .map_extra_bytes = 88,
        .funcdata_in_pclntab = true,
        .module_section = true,
        .types_in_own_section = true,
        .pclntab_after_rodata = true,
        .symtab_section = false,
        .gcmask_group = true,
        .gcprog_in_gcbits = false,
        .aligned_coverage = true,
        .func_pcs_are_indices = true,
        .cutab_counts_entries = true,
        .moduledata_has_epclntab = true,
        .experiment_separator = '-',
    },
};
// clang-format on

bool list_contains(llvm::StringRef list, llvm::StringRef name) {
  while (!list.empty()) {
    auto [head, tail] = list.split(',');
    if (head == name)
      return true;
    list = tail;
  }
  return false;
}

} // namespace

const GoVersion *find_go_version(int minor) {
  for (const GoVersion &version : kVersions)
    if (version.minor == minor)
      return &version;
  return nullptr;
}

std::string known_go_versions() {
  return "wald knows go1." + std::to_string(kOldestGoMinor) + " to go1." +
         std::to_string(kNewestGoMinor);
}

int parse_go_minor(llvm::StringRef version) {
  int minor = 0;
  if (!version.consume_front("go1.") || version.consumeInteger(10, minor) || minor < 0)
    return -1;
  // A digit sequence must end here, not run on as in go1.27x.
  if (!version.empty() && version[0] != '.' && version[0] != '-' && !version.starts_with("rc") &&
      !version.starts_with("beta"))
    return -1;
  return minor;
}

std::string build_version_string(const GoVersion &traits, llvm::StringRef version,
                                 llvm::StringRef experiments) {
  std::string differing;
  llvm::StringRef order = traits.experiment_order;
  while (!order.empty()) {
    auto [name, tail] = order.split(',');
    order = tail;
    bool enabled = list_contains(experiments, name);
    if (enabled == list_contains(traits.default_experiments, name))
      continue;
    if (!differing.empty())
      differing += ',';
    differing += enabled ? "" : "no";
    differing += name;
  }
  std::string result = version.str();
  if (differing.empty())
    return result;
  result += version.contains('-') ? ' ' : traits.experiment_separator;
  return result + "X:" + differing;
}

// ref: ParseGOEXPERIMENT in internal/buildcfg/exp.go
std::optional<std::string> experiments_of_setting(const GoVersion &traits,
                                                  llvm::StringRef setting) {
  llvm::SmallVector<llvm::StringRef> words, order;
  setting.split(words, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  llvm::StringRef(traits.experiment_order).split(order, ',');
  llvm::SmallVector<bool> enabled;
  for (llvm::StringRef name : order)
    enabled.push_back(list_contains(traits.default_experiments, name));
  for (llvm::StringRef word : words) {
    if (word == "none") {
      enabled.assign(order.size(), false);
      continue;
    }
    bool value = !word.consume_front("no");
    auto at = llvm::find(order, word);
    if (at != order.end())
      enabled[at - order.begin()] = value;
    else if (word != "regabi")
      return std::nullopt;
  }
  std::string list;
  for (size_t i = 0; i < order.size(); i++)
    // The register ABI stays off for wasm, whoever asks for it.
    if (enabled[i] && !order[i].starts_with("regabi"))
      list += (list.empty() ? "" : ",") + order[i].str();
  return list;
}

} // namespace wald::objfile

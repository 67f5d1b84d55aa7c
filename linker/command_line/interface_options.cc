// See the header.
#include "linker/command_line/interface_options.h"

#include "objfile/support/byte_count.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ConvertUTF.h"

namespace wald {

using llvm::StringRef;
using llvm::Twine;

namespace {

std::optional<Problem> set_size(StringRef option, StringRef value, std::optional<uint64_t> &field) {
  std::string given = ("--" + option + "=" + value).str();
  std::optional<uint64_t> size = objfile::parse_byte_count(value);
  if (!size)
    return Problem{given + ": want a number of bytes, or one with K, M or G", {}};
  if (*size > kMostMemory)
    return Problem{given + ": a memory has at most 4 GiB, " + std::to_string(kMostMemory), {}};
  if (uint64_t over = *size % kMemoryPage; over != 0)
    return Problem{given + ": want a multiple of 64 KiB, the size of a page",
                   {"the next ones are " + std::to_string(*size - over) + " and " +
                    std::to_string(*size - over + kMemoryPage)}};
  field = size;
  return std::nullopt;
}

// Sections that engines, debuggers and linkers take for facts about the module: the reference's and
// wald's own, and those of the tool conventions.
bool is_reserved_section(StringRef name) {
  constexpr llvm::StringLiteral kNames[] = {"name",   "producers", "go:buildid", kBuildInfoSection,
                                            "dylink", "dylink.0",  "linking"};
  return llvm::is_contained(kNames, name) || name.starts_with("reloc.");
}

// In which order they were given does not matter.
std::optional<Problem> check_order(const MemoryOptions &options) {
  if (!options.initial || !options.most || *options.initial <= *options.most)
    return std::nullopt;
  return Problem{("--initial-memory=" + Twine(*options.initial) +
                  " is more than --max-memory=" + Twine(*options.most))
                     .str(),
                 {}};
}

} // namespace

std::optional<Problem> set_initial_memory(StringRef value, MemoryOptions &options) {
  std::optional<Problem> problem = set_size("initial-memory", value, options.initial);
  return problem ? problem : check_order(options);
}

std::optional<Problem> set_max_memory(StringRef value, MemoryOptions &options) {
  std::optional<Problem> problem = set_size("max-memory", value, options.most);
  return problem ? problem : check_order(options);
}

std::optional<Problem> import_memory(StringRef value, MemoryOptions &options) {
  options.is_imported = true;
  if (value.empty())
    return std::nullopt;
  auto [module, name] = value.rsplit('.');
  if (module.empty() || name.empty())
    return Problem{("--import-memory=" + value + ": want --import-memory=MODULE.NAME").str(), {}};
  options.module = module.str();
  options.name = name.str();
  return std::nullopt;
}

std::optional<Problem> add_import_stub(StringRef value, std::vector<ImportStub> &stubs) {
  ImportStub stub{value.str(), {}};
  if (value.contains('=')) {
    auto [import, error] = value.rsplit('=');
    uint16_t number = 0;
    if (error.getAsInteger(10, number))
      return Problem{
          ("--stub-import=" + value + ": want an errno of WASI after the =, 0 to 65535").str(), {}};
    stub = {import.str(), number};
  }
  if (!StringRef(stub.import).trim('.').contains('.'))
    return Problem{("--stub-import=" + value + ": want --stub-import=MODULE.NAME[=ERRNO]").str(),
                   {}};
  if (llvm::any_of(stubs, [&](const ImportStub &other) { return other.import == stub.import; }))
    return Problem{("another --stub-import names " + stub.import), {}};
  stubs.push_back(std::move(stub));
  return std::nullopt;
}

std::optional<Problem> add_section(StringRef value, std::vector<SectionFile> &sections) {
  auto [name, file] = value.split('=');
  std::string given = ("--add-section=" + value).str();
  if (name.empty() || file.empty())
    return Problem{given + ": want --add-section=NAME=FILE", {}};
  auto *begin = name.bytes_begin();
  if (!llvm::isLegalUTF8String(&begin, name.bytes_end()))
    return Problem{given + ": the name is not UTF-8, which names in a module are", {}};
  if (is_reserved_section(name))
    return Problem{given + ": the name is reserved",
                   {"tools take a section of this name for "
                    "what a linker says of the module"}};
  if (llvm::any_of(sections, [&](const SectionFile &other) { return other.name == name; }))
    return Problem{("another --add-section names " + name).str(), {}};
  sections.push_back({name.str(), file.str()});
  return std::nullopt;
}

} // namespace wald

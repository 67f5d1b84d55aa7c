// Finds moduledata, and with it the Go version whose tables these are.
#include "linker/inspect/go_module.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>

namespace wald::inspect {

using objfile::GoVersion;
using objfile::ModuleField;
namespace layout = objfile::pclntab_layout;

namespace {

// Whether moduledata at an address has the shape of a version, if its first word is right.
class Shape {
public:
  Shape(const MemoryImage &memory, uint64_t address, const GoVersion &version)
      : memory_(memory), address_(address), version_(version), layout_(version) {}

  bool fits() const {
    return memory_.contains(address_, layout_.size()) && has_tables() && has_text() &&
           has_ranges() && word(ModuleField::kHasMain, 0) <= 1;
  }

private:
  uint64_t word(ModuleField field, unsigned i = 0) const {
    uint64_t at = address_ + layout_.offset(field) + 8 * i;
    return field == ModuleField::kHasMain ? memory_.load<uint8_t>(at) : memory_.load<uint64_t>(at);
  }

  bool is_slice(ModuleField field, uint64_t element_size) const {
    uint64_t length = word(field, 1);
    return length == word(field, 2) && length <= memory_.size() &&
           memory_.contains(word(field), length * element_size);
  }

  bool has_tables() const {
    uint64_t num_functions =
        memory_.load<uint64_t>(word(ModuleField::kPcHeader) + layout::kNumFunctions);
    return is_slice(ModuleField::kNames, 1) &&
           is_slice(ModuleField::kUnitFiles, version_.cutab_counts_entries ? 4 : 1) &&
           is_slice(ModuleField::kFiles, 1) && is_slice(ModuleField::kPcTables, 1) &&
           is_slice(ModuleField::kFunctionRecords, 1) && is_slice(ModuleField::kFunctions, 4) &&
           word(ModuleField::kFunctions, 1) == num_functions + 1 && num_functions > 0;
  }

  bool has_text() const {
    uint64_t first = memory_.load<uint32_t>(word(ModuleField::kFunctions));
    uint64_t begin = word(ModuleField::kMinPc) - word(ModuleField::kText);
    if (version_.func_pcs_are_indices)
      begin >>= objfile::kPcBits;
    return is_slice(ModuleField::kTextSections, 24) && word(ModuleField::kTextSections, 1) == 1 &&
           first == begin && word(ModuleField::kMinPc) <= word(ModuleField::kMaxPc) &&
           word(ModuleField::kText) <= word(ModuleField::kTextEnd);
  }

  bool has_ranges() const {
    using F = ModuleField;
    for (auto [begin, end] : {std::pair(F::kNoptrdata, F::kNoptrdataEnd),
                              {F::kData, F::kDataEnd},
                              {F::kBss, F::kBssEnd},
                              {F::kNoptrbss, F::kNoptrbssEnd},
                              {F::kTypes, F::kTypesEnd}})
      if (word(begin) > word(end) || word(end) > memory_.size())
        return false;
    if (layout_.has(F::kPclntabEnd) && word(F::kPclntabEnd) < word(F::kPcHeader))
      return false;
    return memory_.contains(word(F::kFuncdata), 0) && memory_.contains(word(F::kFindIndex), 0);
  }

  const MemoryImage &memory_;
  uint64_t address_;
  const GoVersion &version_;
  objfile::ModuleDataLayout layout_;
};

struct Found {
  uint64_t address = 0;    // of the first word that is a header's address; 0: none
  std::vector<int> minors; // of versions whose shape the moduledata at `address` has
};

// Moduledata is a variable with words of eight bytes, hence aligned.
Found find_shapes(const MemoryImage &memory) {
  Found found;
  auto is_header = [&](uint64_t address) {
    std::optional<Bytes> bytes = memory.at(address, layout::kHeaderSize);
    return bytes && std::memcmp(bytes->data(), layout::kMagicAndSizes.data(),
                                layout::kMagicAndSizes.size()) == 0;
  };
  for (const MemoryImage::Extent &extent : memory.extents())
    for (uint64_t at = extent.begin & ~uint64_t(7); at < extent.end; at += 8) {
      if (!is_header(memory.load<uint64_t>(at)))
        continue;
      found.address = found.address ? found.address : at;
      for (int minor = objfile::kOldestGoMinor; minor <= objfile::kNewestGoMinor; minor++)
        if (Shape(memory, at, *objfile::find_go_version(minor)).fits())
          found.minors.push_back(minor);
      if (!found.minors.empty()) {
        found.address = at;
        return found;
      }
    }
  return found;
}

llvm::Error error(const llvm::Twine &text) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), text);
}

std::string list_versions(llvm::ArrayRef<int> minors) {
  std::string list;
  for (int minor : minors)
    list += (list.empty() ? "go1." : " or go1.") + std::to_string(minor);
  return list;
}

} // namespace

// What the producers section says. Only a version that wald does not know is an error.
llvm::Error GoModule::find_version() {
  for (const wasm::Producer &producer : wasm_->producers)
    if (producer.field == "language" && producer.value == "Go")
      producer_ = producer.version;
  if (producer_.empty())
    return llvm::Error::success();
  version_ = objfile::find_go_version(objfile::parse_go_minor(producer_));
  if (version_)
    return llvm::Error::success();
  return error("built by " + producer_ + "; " + objfile::known_go_versions());
}

llvm::Error GoModule::find_module_data() {
  Found found = find_shapes(memory_);
  if (found.address == 0)
    return error("no Go program: nothing refers to a header of pclntab");
  std::string at = "0x" + llvm::utohexstr(found.address, /*LowerCase=*/true);
  if (found.minors.empty())
    return error("what refers to pclntab at " + at + " is no moduledata of go1." +
                 llvm::Twine(objfile::kOldestGoMinor) + " to go1." +
                 llvm::Twine(objfile::kNewestGoMinor));
  if (!version_ && found.minors.size() > 1)
    return error("moduledata at " + at + " may be " + list_versions(found.minors) +
                 "'s, and there is no producers section");
  if (!version_)
    version_ = objfile::find_go_version(found.minors.front());
  if (!llvm::is_contained(found.minors, version_->minor))
    return error("built by " + producer_ + ", but moduledata at " + at + " is " +
                 list_versions(found.minors) + "'s");
  module_data_ = found.address;
  layout_ = objfile::ModuleDataLayout(*version_);
  return llvm::Error::success();
}

} // namespace wald::inspect

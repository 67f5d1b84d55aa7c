#include "objfile/goobj.h"

#include "llvm/ADT/StringExtras.h"

#include <atomic>

namespace wald::objfile {

namespace {

template <typename... Values> llvm::Error error(const char *format, const Values &...values) {
  return llvm::createStringError(std::errc::invalid_argument, format, values...);
}

// raw kind number -> kind, for versions without (1.24) and with the DWARF addr kind.
struct KindTable {
  SymbolKind kinds[256];
  constexpr explicit KindTable(unsigned first_shifted) : kinds() {
    for (unsigned raw = 0; raw < 256; raw++) {
      kinds[raw] = SymbolKind::kInvalid;
      if (raw < first_shifted)
        kinds[raw] = SymbolKind(raw);
      else if (raw < first_shifted + 4)
        kinds[raw] = SymbolKind(unsigned(SymbolKind::kLibfuzzerCounter) + raw - first_shifted);
    }
  }
};
constexpr KindTable kKindsWithoutDwarfAddr(21), kKindsWithDwarfAddr(22);

enum Block {
  kAutolib,
  kPkgIdx,
  kFile,
  kSymdef,
  kHashed64def,
  kHasheddef,
  kNonpkgdef,
  kNonpkgref,
  kRefFlags,
  kHash64,
  kHash,
  kRelocIdx,
  kAuxIdx,
  kDataIdx,
  kReloc,
  kAux,
  kData,
  kRefName,
  kEnd,
  kNumBlocks,
};
constexpr uint8_t kElementSize[kNumBlocks] = {16, 8, 8, 21, 21, 21, 21, 21, 10, 8,
                                              16, 4, 4, 4,  23, 9,  1,  16, 1};
constexpr uint64_t kHeaderSize = 20 + 4 * kNumBlocks;
const llvm::StringLiteral kMagic = llvm::StringLiteral::withInnerNUL("\0go120ld");
const llvm::StringLiteral kOldMagic = llvm::StringLiteral::withInnerNUL("\0go114ld");

// The header ends at "\n!\n", but not inside a region between lines that start with "$$", which may
// hold anything.
size_t find_header_end(llvm::StringRef text, size_t from) {
  bool inside_dollars = false;
  while (from < text.size()) {
    size_t line_end = text.find('\n', from);
    if (line_end == llvm::StringRef::npos)
      return llvm::StringRef::npos;
    llvm::StringRef line = text.slice(from, line_end);
    if (line.starts_with("$$"))
      inside_dollars = !inside_dollars;
    else if (line == "!" && !inside_dollars)
      return line_end + 1;
    from = line_end + 1;
  }
  return llvm::StringRef::npos;
}

// Whether no entry is below the one before, so that symbols do not share what it leads to: else a
// small file could ask for any amount of work.
bool is_ascending(const uint8_t *index, uint64_t count) {
  unsigned num_descents = 0;
  for (uint64_t i = 1; i < count; i++)
    num_descents += load<uint32_t>(index + 4 * i - 4) > load<uint32_t>(index + 4 * i);
  return num_descents == 0;
}

// Whether no symbol has more auxiliary symbols than any can have: a function has some twenty, and
// all are gone through for one of them.
constexpr uint32_t kMostAuxes = 1024;
bool is_dense(const uint8_t *index, uint64_t count) {
  unsigned num_wide = 0;
  for (uint64_t i = 1; i < count; i++)
    num_wide += load<uint32_t>(index + 4 * i) - load<uint32_t>(index + 4 * i - 4) > kMostAuxes;
  return num_wide == 0;
}

} // namespace

llvm::Expected<TextHeader> parse_text_header(Bytes member) {
  llvm::StringRef text = to_string(member);
  TextHeader header;
  size_t line_end = text.find('\n');
  if (line_end == llvm::StringRef::npos)
    return error("truncated object file: no header line");
  header.first_line = text.take_front(line_end);
  if (!header.first_line.starts_with("go object ")) {
    std::string line;
    llvm::raw_string_ostream(line).write_escaped(header.first_line.take_front(80));
    return error("not a Go object file: it starts with \"%s\"", line.c_str());
  }
  llvm::SmallVector<llvm::StringRef, 8> words;
  header.first_line.split(words, ' ', -1, false);
  if (words.size() < 5)
    return error("broken object header: no GOOS, GOARCH and version in it");
  header.goos = words[2];
  header.goarch = words[3];
  header.version = words[4];
  for (llvm::StringRef word : llvm::ArrayRef(words).drop_front(5)) {
    if (word.consume_front("GOWASM="))
      header.gowasm = word;
    else if (word.consume_front("X:"))
      header.experiments = word;
  }
  size_t end = find_header_end(text, line_end + 1);
  if (end == llvm::StringRef::npos)
    return error("truncated object file: the text header has no end");
  header.payload_offset = end;

  llvm::StringRef body = text.slice(line_end + 1, end);
  for (llvm::StringRef rest = body; !rest.empty();) {
    auto [line, tail] = rest.split('\n');
    if (line.empty())
      break;
    if (line == "main")
      header.is_main = true;
    else if (line.consume_front("build id "))
      header.build_id = line.trim('"');
    rest = tail;
  }
  constexpr llvm::StringLiteral kCgo = "\n$$  // cgo\n";
  if (size_t at = body.find(kCgo); at != llvm::StringRef::npos) {
    llvm::StringRef rest = body.substr(at + kCgo.size());
    size_t stop = rest.find("\n$$");
    if (stop == llvm::StringRef::npos)
      return error("broken object header: the cgo section has no end");
    header.cgo_directives = rest.take_front(stop);
  }
  return header;
}

llvm::Expected<Object> Object::parse(Bytes member, const TextHeader &header,
                                     const GoVersion &version) {
  Object object;
  object.header_ = header;
  object.version_ = &version;
  object.kinds_ =
      version.first_shifted_kind == 21 ? kKindsWithoutDwarfAddr.kinds : kKindsWithDwarfAddr.kinds;
  Bytes payload = member.drop_front(header.payload_offset);
  object.payload_ = payload;
  if (payload.size() < kHeaderSize)
    return error("truncated object file: %zu bytes of tables", payload.size());
  llvm::StringRef magic = to_string(payload.take_front(8));
  if (magic == kOldMagic)
    return error("object file in the format of Go 1.14, rebuild it");
  if (magic != kMagic)
    return error("broken object file: unknown magic number");
  if (object.flags() & kObjectUnlinkable)
    return error("unlinkable object, it was compiled without the compiler's -p flag");

  const uint8_t *base = payload.data();
  uint32_t offsets[kNumBlocks];
  uint64_t counts[kNumBlocks] = {};
  uint32_t previous = kHeaderSize;
  for (unsigned block = 0; block < kNumBlocks; block++) {
    offsets[block] = load<uint32_t>(base + 20 + 4 * block);
    if (offsets[block] < previous || offsets[block] > payload.size())
      return error("broken object file: block %u starts at %u, outside %u to %zu", block,
                   offsets[block], previous, payload.size());
    previous = offsets[block];
    if (block == 0)
      continue;
    uint64_t size = offsets[block] - offsets[block - 1];
    counts[block - 1] = size / kElementSize[block - 1];
    if (size % kElementSize[block - 1])
      return error("broken object file: block %u has %llu bytes, no multiple of %u", block - 1,
                   (unsigned long long)size, kElementSize[block - 1]);
  }
  uint64_t num_defs = 0;
  for (unsigned i = 0; i < 5; i++) {
    object.counts_[i] = counts[kSymdef + i];
    num_defs += i < 4 ? counts[kSymdef + i] : 0;
  }
  object.num_defs_ = num_defs;
  if (counts[kHash64] != counts[kHashed64def] || counts[kHash] != counts[kHasheddef])
    return error("broken object file: as many hashes as hashed symbols expected");
  for (Block index : {kRelocIdx, kAuxIdx, kDataIdx})
    if (counts[index] != num_defs + 1)
      return error("broken object file: index block %u has %llu entries, not %llu", unsigned(index),
                   (unsigned long long)counts[index], (unsigned long long)num_defs + 1);
  bool has_few_auxes = is_dense(base + offsets[kAuxIdx], counts[kAuxIdx]); // and is ascending
  for (Block index : {kRelocIdx, kAuxIdx, kDataIdx})
    if (!(index == kAuxIdx && has_few_auxes) && !is_ascending(base + offsets[index], counts[index]))
      return error("broken object file: index block %u goes back", unsigned(index));
  if (!has_few_auxes)
    return error("broken object file: a symbol has more than %u auxiliary symbols", kMostAuxes);

  object.symbols_ = base + offsets[kSymdef];
  object.hash64_ = base + offsets[kHash64];
  object.hash_ = base + offsets[kHash];
  object.reloc_index_ = base + offsets[kRelocIdx];
  object.aux_index_ = base + offsets[kAuxIdx];
  object.data_index_ = base + offsets[kDataIdx];
  object.reloc_block_ = base + offsets[kReloc];
  object.aux_block_ = base + offsets[kAux];
  object.num_relocs_ = counts[kReloc];
  object.num_auxes_ = counts[kAux];
  object.data_block_ = payload.slice(offsets[kData], counts[kData]);
  object.autolib_block_ = base + offsets[kAutolib];
  object.package_block_ = base + offsets[kPkgIdx];
  object.file_block_ = base + offsets[kFile];
  object.num_autolibs_ = counts[kAutolib];
  object.num_packages_ = counts[kPkgIdx];
  object.num_files_ = counts[kFile];
  object.ref_flags_ = {base + offsets[kRefFlags], counts[kRefFlags]};
  object.ref_names_ = {base + offsets[kRefName], counts[kRefName]};
  if (object.have_overlapping_packages())
    return error("broken object file: names overlap");
  return object;
}

// Messages and imports name packages.
bool Object::have_overlapping_packages() const {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < num_autolibs_; i++)
    bytes += load<uint32_t>(autolib_block_ + 16ull * i);
  for (uint32_t i = 0; i < num_packages_; i++)
    bytes += load<uint32_t>(package_block_ + 8ull * i);
  return !can_have(bytes);
}

bool Object::have_overlapping_names() const {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < num_symbols(); i++)
    bytes += symbol(i).name_size();
  for (RefNameRecord record : ref_names_)
    bytes += name(record).size();
  for (uint32_t i = 0; i < num_files_; i++)
    bytes += file(i).size();
  return !can_have(bytes);
}

Autolib Object::autolib(uint32_t i) const {
  const uint8_t *at = autolib_block_ + 16ull * i;
  return {string_at(load<uint32_t>(at), load<uint32_t>(at + 4)), load<uint64_t>(at + 8)};
}

std::optional<uint32_t> Object::local_index(SymRef target) const {
  uint32_t first = 0, count = 0;
  switch (target.package) {
  case kPackageSelf:
    count = num_symdefs();
    break;
  case kPackageHashed64:
    first = first_hashed64();
    count = num_hashed64_defs();
    break;
  case kPackageHashed:
    first = first_hashed();
    count = num_hashed_defs();
    break;
  case kPackageNone:
    first = first_nonpkg_def();
    count = num_nonpkg_defs() + num_nonpkg_refs();
    break;
  }
  if (target.index >= count)
    return std::nullopt;
  return first + target.index;
}

void Object::report_fault(const char *what, const uint8_t *at) const {
  const char *none = nullptr;
  std::atomic_ref<uint64_t> offset(fault_offset_);
  if (std::atomic_ref<const char *>(fault_what_).compare_exchange_strong(none, what))
    offset = at - payload_.data();
}

std::optional<Object::Fault> Object::fault() const {
  const char *what = std::atomic_ref<const char *>(fault_what_);
  if (!what)
    return std::nullopt;
  return Fault{what, std::atomic_ref<uint64_t>(fault_offset_)};
}

} // namespace wald::objfile

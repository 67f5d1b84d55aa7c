#include "linker/size/byte_walk.h"

#include "objfile/support/bytes.h"

#include <algorithm>

namespace wald::size {

namespace {

using objfile::Cursor;
using wasm::SectionId;

bool is_before(const MemoryMap::Extent &a, const MemoryMap::Extent &b) {
  return a.begin != b.begin ? a.begin < b.begin : a.order < b.order;
}

class ByteWalk {
public:
  ByteWalk(const wasm::Module &module, const Owners &owners, uint32_t wasm_package, Report &report)
      : module_(module), owners_(owners), package_(wasm_package), report_(report),
        cursor_(module.bytes) {}

  void run() {
    take_to(std::min<uint64_t>(8, module_.bytes.size()), own_row("module header"), Kind::kHeader);
    for (const wasm::Section &section : module_.sections)
      walk(section);
    take_to(module_.bytes.size(), own_row("end of the file"), Kind::kCustom);
  }

private:
  void take_to(uint64_t end, RowId row, Kind kind) {
    if (end <= at_)
      return;
    report_.add(row, kind, end - at_);
    at_ = end;
  }
  RowId own_row(const llvm::Twine &name) { return report_.add_row(report_.save(name), package_); }
  RowId function_or(uint32_t index, RowId other) const {
    if (index < owners_.functions.size() && owners_.functions[index] != RowId::kNone)
      return owners_.functions[index];
    return other;
  }

  // -- Reading within a section; the module has been read before, so there is nothing to report.
  uint64_t offset() const { return base_ + cursor_.offset(); }
  bool can_go_on() const { return !cursor_.failed() && offset() < end_; }
  void skip_name() { cursor_.skip(cursor_.read_uleb()); }
  void skip_limits() {
    bool has_maximum = cursor_.read<uint8_t>() & 1;
    cursor_.read_uleb();
    if (has_maximum)
      cursor_.read_uleb();
  }

  void walk(const wasm::Section &section) {
    bool is_custom = section.id == SectionId::kCustom;
    RowId row = own_row(is_custom ? "section " + section.custom_name
                                  : "section " + llvm::Twine(wasm::section_name(section.id)));
    take_to(section.payload_offset, row, Kind::kSection);
    base_ = section.payload_offset;
    end_ = base_ + section.payload.size();
    cursor_ = Cursor(section.payload);
    take_to(end_, row, is_custom ? walk_custom(section, row) : walk_entries(section, row));
  }

  // Gives entries to their owners. Of which kind the rest is.
  Kind walk_entries(const wasm::Section &section, RowId row) {
    if (section.id == SectionId::kCode)
      return walk_code(row);
    if (section.id == SectionId::kData)
      return walk_data(row);
    bool is_listed = section.id == SectionId::kImport || section.id == SectionId::kFunction ||
                     section.id == SectionId::kExport || section.id == SectionId::kElement;
    if (!is_listed)
      return section.id == SectionId::kType ? Kind::kSignature : Kind::kSection;
    uint64_t count = cursor_.read_uleb();
    take_to(offset(), row, Kind::kSection);
    if (section.id == SectionId::kImport)
      walk_imports(count, row);
    else if (section.id == SectionId::kFunction)
      walk_declarations(count, row);
    else if (section.id == SectionId::kExport)
      walk_exports(count, row);
    else
      walk_elements(row);
    return Kind::kSection;
  }

  void take_entry(RowId row, Kind kind) {
    if (!cursor_.failed())
      take_to(std::min(offset(), end_), row, kind);
  }

  void walk_imports(uint64_t count, RowId row) {
    uint32_t next_function = 0;
    for (size_t i = 0; i < count && i < module_.imports.size() && can_go_on(); i++) {
      const wasm::Import &import = module_.imports[i];
      skip_name();
      skip_name();
      cursor_.read<uint8_t>();
      RowId owner = row;
      switch (import.kind) {
      case wasm::ExternKind::kFunction:
        cursor_.read_uleb();
        owner = function_or(next_function++, RowId::kNone);
        if (owner == RowId::kNone)
          owner = own_row("import " + import.module + "." + import.name);
        break;
      case wasm::ExternKind::kMemory:
        skip_limits();
        break;
      case wasm::ExternKind::kTable:
        cursor_.read<uint8_t>();
        skip_limits();
        break;
      case wasm::ExternKind::kGlobal:
      case wasm::ExternKind::kTag:
        cursor_.read<uint8_t>();
        cursor_.read_uleb();
        break;
      }
      take_entry(owner, Kind::kImport);
    }
  }

  void walk_declarations(uint64_t count, RowId row) {
    uint32_t first = module_.num_imported_functions();
    for (uint64_t i = 0; i < count && can_go_on(); i++) {
      cursor_.read_uleb();
      take_entry(function_or(first + i, row), Kind::kDeclaration);
    }
  }

  void walk_exports(uint64_t count, RowId row) {
    for (size_t i = 0; i < count && i < module_.exports.size() && can_go_on(); i++) {
      skip_name();
      cursor_.read<uint8_t>();
      cursor_.read_uleb();
      const wasm::Export &entry = module_.exports[i];
      bool is_function = entry.kind == wasm::ExternKind::kFunction;
      take_entry(is_function ? function_or(entry.index, row) : row, Kind::kExport);
    }
  }

  // Of the first segment, which is as Go's linker writes it, if module_ has its functions.
  void walk_elements(RowId row) {
    if (module_.table_functions.empty())
      return;
    cursor_.read<uint8_t>(); // form
    cursor_.read<uint8_t>(); // i32.const
    while (cursor_.read<uint8_t>() & 0x80 && !cursor_.failed()) {
    }
    cursor_.read<uint8_t>(); // end
    cursor_.read_uleb();
    take_entry(row, Kind::kSection);
    for (uint32_t function : module_.table_functions) {
      cursor_.read_uleb();
      take_entry(function_or(function, row), Kind::kElement);
    }
  }

  Kind walk_code(RowId row) {
    uint32_t index = module_.num_imported_functions();
    cursor_.read_uleb();
    take_entry(row, Kind::kSection);
    for (const wasm::FunctionBody &body : module_.bodies) {
      RowId owner = function_or(index, RowId::kNone);
      if (owner == RowId::kNone)
        owner = own_row("function " + llvm::Twine(index));
      take_to(body.offset + body.contents.size(), owner, Kind::kCode);
      index++;
    }
    return Kind::kSection;
  }

  Kind walk_data(RowId row) {
    cursor_.read_uleb();
    take_entry(row, Kind::kSection);
    for (const wasm::DataSegment &segment : module_.data) {
      // Who comes first in it is why there is a segment here.
      const MemoryMap::Extent *first =
          segment.is_constant ? owners_.memory.at(segment.address) : nullptr;
      take_to(segment.offset, first ? first->row : owners_.rest, Kind::kSegment);
      uint64_t size = segment.contents.size();
      if (segment.is_constant)
        owners_.memory.for_each_piece(segment.address, segment.address + size,
                                      [&](uint64_t piece, const MemoryMap::Extent *extent) {
                                        take_to(at_ + piece, extent ? extent->row : owners_.rest,
                                                extent ? extent->kind : owners_.rest_kind);
                                      });
      take_to(segment.offset + size, owners_.rest, owners_.rest_kind);
    }
    return Kind::kSection;
  }

  Kind walk_custom(const wasm::Section &section, RowId row) {
    if (section.custom_name == "go:buildid")
      return Kind::kBuildId;
    if (section.custom_name == "producers")
      return Kind::kProducers;
    if (section.custom_name != "name")
      return Kind::kCustom;
    while (can_go_on()) {
      uint8_t id = cursor_.read<uint8_t>();
      uint64_t size = cursor_.read_uleb();
      if (id != 1) {
        cursor_.skip(size);
        take_entry(row, Kind::kName);
        continue;
      }
      uint64_t count = cursor_.read_uleb();
      take_entry(row, Kind::kSection);
      for (uint64_t i = 0; i < count && can_go_on(); i++) {
        uint64_t function = cursor_.read_uleb();
        skip_name();
        take_entry(function_or(std::min<uint64_t>(function, UINT32_MAX), row), Kind::kName);
      }
    }
    return Kind::kName;
  }

  const wasm::Module &module_;
  const Owners &owners_;
  uint32_t package_;
  Report &report_;
  Cursor cursor_;
  uint64_t at_ = 0; // bytes before it have been given away
  uint64_t base_ = 0, end_ = 0;
};

} // namespace

void MemoryMap::finish() {
  if (!std::is_sorted(extents_.begin(), extents_.end(), is_before))
    std::sort(extents_.begin(), extents_.end(), is_before);
  uint64_t end = 0;
  size_t kept = 0;
  for (Extent extent : extents_) {
    extent.begin = std::max(extent.begin, end);
    if (extent.begin >= extent.end)
      continue;
    end = extent.end;
    extents_[kept++] = extent;
  }
  extents_.resize(kept);
}

void MemoryMap::fill(uint64_t begin, uint64_t end, RowId row, Kind kind) {
  std::vector<Extent> free;
  uint64_t at = begin;
  for_each_piece(begin, end, [&](uint64_t size, const Extent *extent) {
    if (!extent)
      free.push_back({at, at + size, row, kind, next_order_++});
    at += size;
  });
  extents_.insert(extents_.end(), free.begin(), free.end());
  finish();
}

size_t MemoryMap::first_after(uint64_t address) const {
  auto ends_after = [&](size_t i) { return extents_[i].end > address; };
  constexpr size_t kNear = 4;
  size_t i = last_;
  if (i == 0 || (i <= extents_.size() && !ends_after(i - 1)))
    for (size_t step = 0; step < kNear; step++, i++)
      if (i >= extents_.size() || ends_after(i))
        return last_ = i;
  auto found =
      std::upper_bound(extents_.begin(), extents_.end(), address,
                       [](uint64_t wanted, const Extent &extent) { return wanted < extent.end; });
  return last_ = found - extents_.begin();
}

void own_emptied_functions(const wasm::Module &module, size_t num_functions,
                           llvm::function_ref<RowId(size_t)> row, Owners &owners) {
  uint32_t num_imports = module.num_imported_functions();
  for (size_t i = 0; i < std::min(num_functions, module.bodies.size()); i++)
    if (num_imports + i < owners.functions.size() &&
        owners.functions[num_imports + i] == RowId::kNone &&
        wasm::is_unreachable(module.bodies[i].contents))
      owners.functions[num_imports + i] = row(i);
}

void attribute_bytes(const wasm::Module &module, const Owners &owners, uint32_t wasm_package,
                     Report &report) {
  ByteWalk(module, owners, wasm_package, report).run();
}

} // namespace wald::size

// Makes the bytes of tiny Go modules: moduledata and the tables that it leads to, laid out by hand
// in one data segment, as those of each Go version.
#pragma once

#include "module_bytes.h"
#include "objfile/go_abi.h"

#include "llvm/Support/MathExtras.h"

#include <map>

namespace wald::test {

struct GoProgram {
  using Field = objfile::ModuleField;
  struct Inlined {
    std::string name;
    int32_t parent_pc = 0, start_line = 1;
  };
  struct Function {
    std::string name;
    ByteVector pcsp, pcfile, pcline; // as in pctab, with the end
    std::vector<ByteVector> pcdata;
    std::map<uint32_t, ByteVector> funcdata;
    std::vector<Inlined> inlined; // becomes funcdata 3
  };

  int minor = 27;
  std::string producer = "go1.27.4"; // none if empty
  uint8_t num_pages = 1;
  std::vector<Function> functions;
  std::vector<std::string> files = {"/src/a.go", "/src/b.go"};
  ByteVector types;          // after the eight bytes that no type has
  uint64_t types_length = 0; // of Go 1.27: of the descriptors of reflection
  ByteVector itabs;          // of Go 1.27: after the types
  std::string mod_info, build_version;

  // Where things came to be, from build() on.
  ByteVector memory; // from kBase on
  std::map<Field, uint64_t> at;
  uint64_t first_record = 0;

  static constexpr uint64_t kBase = 1024, kTypesAt = 0x1000;

  // A pc table: value and number of resume points of each run.
  static ByteVector pc_table(std::initializer_list<std::pair<int32_t, uint32_t>> runs) {
    ByteVector table;
    int32_t last = -1;
    for (auto [value, length] : runs) {
      int64_t change = int64_t(value) - last;
      append(table, uleb(uint32_t(change * 2) ^ uint32_t(change >> 31)));
      append(table, uleb(length));
      last = value;
    }
    table.push_back(0);
    return table;
  }

  static GoProgram small(int minor) {
    GoProgram program;
    program.minor = minor;
    program.producer = "go1." + std::to_string(minor) + ".3";
    program.functions = {
        {.name = "go:buildid",
         .pcsp = {},
         .pcfile = {},
         .pcline = {},
         .pcdata = {},
         .funcdata = {},
         .inlined = {}},
        {.name = "main.main",
         .pcsp = pc_table({{0, 1}, {16, 4}}),
         .pcfile = pc_table({{0, 3}, {1, 2}}),
         .pcline = pc_table({{10, 2}, {7, 1}, {12, 2}}),
         .pcdata = {{}, pc_table({{-1, 1}, {0, 4}}), pc_table({{-1, 1}, {1, 1}, {0, 2}, {-1, 1}})},
         .funcdata = {{0, {1, 0, 0, 0, 1, 0, 0, 0, 1}}, {1, {1, 0, 0, 0, 9, 0, 0, 0, 1, 1}}},
         .inlined = {{"main.outer", 0, 5}, {"main.inner", 2, 6}}},
        {.name = "main.leaf",
         .pcsp = {},
         .pcfile = pc_table({{1, 3}}),
         .pcline = pc_table({{20, 3}}),
         .pcdata = {},
         .funcdata = {},
         .inlined = {}},
    };
    return program;
  }

  const objfile::GoVersion &version() const { return *objfile::find_go_version(minor); }

  void put(uint64_t address, uint64_t value, unsigned size = 8) {
    if (memory.size() < address - kBase + size)
      memory.resize(address - kBase + size);
    for (unsigned i = 0; i < size; i++)
      memory[address - kBase + i] = uint8_t(value >> (8 * i));
  }
  void put(uint64_t address, const ByteVector &bytes) {
    for (size_t i = 0; i < bytes.size(); i++)
      put(address + i, bytes[i], 1);
  }

  ByteVector build() {
    lay_out();
    return wrap();
  }

  // The module of the memory as it stands.
  ByteVector wrap() const {
    ByteVector bodies = uleb(functions.size()), types_of = uleb(functions.size()),
               elements = uleb(functions.size());
    for (size_t i = 0; i < functions.size(); i++) {
      append(bodies, sized(ByteVector{0, 0x41, 0, 0x0b}));
      types_of.push_back(0);
      append(elements, uleb(i));
    }
    ByteVector data = concat({{1, 0, 0x41, 0x80, 0x08, 0x0b}, sized(memory)});
    ByteVector bytes = module_of({
        section(1, {1, 0x60, 1, 0x7f, 1, 0x7f}),
        section(3, types_of),
        section(4, concat({{1, 0x70, 0}, uleb(0x1000 + functions.size())})),
        section(5, {1, 0, num_pages}),
        section(9, concat({{1, 0, 0x41, 0x80, 0x20, 0x0b}, elements})),
        section(10, bodies),
        section(11, data),
    });
    if (!producer.empty())
      append(bytes, custom_section("producers", concat({{1},
                                                        sized(std::string("language")),
                                                        {1},
                                                        sized(std::string("Go")),
                                                        sized(producer)})));
    return bytes;
  }

private:
  struct Strings {
    ByteVector bytes = {};
    uint32_t add(const std::string &text) {
      uint32_t offset = bytes.size();
      append(bytes, ByteVector(text.begin(), text.end()));
      bytes.push_back(0);
      return offset;
    }
  };

  uint32_t add_pc_table(const ByteVector &table) {
    uint32_t offset = pctab_.size();
    append(pctab_, table);
    return table.empty() ? 0 : offset;
  }
  uint32_t add_funcdata(const ByteVector &bytes) {
    funcdata_.resize(llvm::alignTo(funcdata_.size(), 8));
    uint32_t offset = funcdata_.size();
    append(funcdata_, bytes);
    return offset;
  }
  static ByteVector word32(uint32_t value) {
    return {uint8_t(value), uint8_t(value >> 8), uint8_t(value >> 16), uint8_t(value >> 24)};
  }

  uint32_t entry(uint64_t index) const {
    uint64_t slot = objfile::kFirstFunctionSlot + index;
    return version().func_pcs_are_indices ? slot : slot << objfile::kPcBits;
  }

  ByteVector record_of(Function function, uint64_t index) {
    namespace layout = objfile::pclntab_layout;
    ByteVector tree;
    for (const Inlined &call : function.inlined)
      append(tree, concat({{1, 0, 0, 0},
                           word32(names_.add(call.name)),
                           word32(call.parent_pc),
                           word32(call.start_line)}));
    if (!tree.empty())
      function.funcdata[objfile::funcdata::kInlineTree] = tree;
    uint8_t num_funcdata = function.funcdata.empty() ? 0 : function.funcdata.rbegin()->first + 1;
    ByteVector record = concat({word32(entry(index)),
                                word32(names_.add(function.name)),
                                word32(8),
                                word32(0),
                                word32(add_pc_table(function.pcsp)),
                                word32(add_pc_table(function.pcfile)),
                                word32(add_pc_table(function.pcline)),
                                word32(function.pcdata.size()),
                                word32(0),
                                word32(3),
                                {0, 0, 0, num_funcdata}});
    for (const ByteVector &table : function.pcdata)
      append(record, word32(add_pc_table(table)));
    for (uint32_t kind = 0; kind < num_funcdata; kind++)
      append(record, word32(function.funcdata.count(kind) ? add_funcdata(function.funcdata[kind])
                                                          : layout::kNoOffset));
    return record;
  }

  void lay_out() {
    namespace layout = objfile::pclntab_layout;
    memory.clear();
    at.clear();
    names_ = file_names_ = {};
    pctab_ = {0};
    funcdata_ = unit_files_ = {};
    names_.add(""); // offset 0 is no name
    for (const std::string &file : files)
      append(unit_files_, word32(file_names_.add(file)));
    ByteVector index, records;
    first_record = llvm::alignTo(8 * functions.size() + 4, 8);
    for (uint64_t i = 0; i < functions.size(); i++) {
      append(index, concat({word32(entry(i)), word32(first_record + records.size())}));
      append(records, record_of(functions[i], i));
      records.resize(llvm::alignTo(records.size(), 8));
    }
    append(index, word32(entry(functions.size())));
    index.resize(first_record);
    place_tables(concat({index, records}));
    place_module_data();
  }

  void place(Field field, uint64_t &cursor, const ByteVector &bytes) {
    cursor = llvm::alignTo(cursor, 8);
    at[field] = cursor;
    put(cursor, bytes);
    sizes_[field] = bytes.size();
    cursor += bytes.size();
  }

  void place_tables(const ByteVector &functab) {
    namespace layout = objfile::pclntab_layout;
    uint64_t cursor = kTypesAt + 0x400;
    put(kTypesAt + 8, types);
    put(kTypesAt + 8 + types.size(), itabs);
    at[Field::kPcHeader] = cursor;
    put(cursor, ByteVector(layout::kMagicAndSizes.begin(), layout::kMagicAndSizes.end()));
    put(cursor + layout::kNumFunctions, functions.size());
    put(cursor + layout::kNumFiles, files.size());
    cursor += layout::kHeaderSize;
    place(Field::kNames, cursor, names_.bytes);
    place(Field::kUnitFiles, cursor, unit_files_);
    place(Field::kFiles, cursor, file_names_.bytes);
    place(Field::kPcTables, cursor, pctab_);
    place(Field::kFunctionRecords, cursor, functab);
    at[Field::kFunctions] = at[Field::kFunctionRecords];
    place(Field::kFuncdata, cursor, funcdata_);
    ByteVector find_index;
    for (uint64_t bucket = 0; bucket < 16 * functions.size(); bucket++)
      append(find_index, concat({word32(bucket / 16), ByteVector(16)}));
    place(Field::kFindIndex, cursor, find_index);
    uint64_t header = at[Field::kPcHeader];
    for (auto [offset, field] : {std::pair(layout::kNames, Field::kNames),
                                 {layout::kUnitFiles, Field::kUnitFiles},
                                 {layout::kFiles, Field::kFiles},
                                 {layout::kPcTables, Field::kPcTables},
                                 {layout::kFunctionTable, Field::kFunctionRecords}})
      put(header + offset, at[field] - header);
    tables_end_ = llvm::alignTo(cursor, 16);
  }

  void slice(uint64_t data, Field field, uint64_t address, uint64_t length) {
    uint64_t offset = data + objfile::ModuleDataLayout(version()).offset(field);
    put(offset, address);
    put(offset + 8, length);
    put(offset + 16, length);
  }

  void place_module_data() {
    uint64_t text_map = tables_end_, data = text_map + 32;
    objfile::ModuleDataLayout layout(version());
    put(text_map + 8, 16 * functions.size() + 1);
    at[Field::kHasMain] = data; // of moduledata itself
    auto word = [&](Field field, uint64_t value) {
      if (layout.has(field))
        put(data + layout.offset(field), value, field == Field::kHasMain ? 1 : 8);
    };
    word(Field::kPcHeader, at[Field::kPcHeader]);
    for (Field field : {Field::kNames, Field::kFiles, Field::kPcTables, Field::kFunctionRecords})
      slice(data, field, at[field], sizes_[field]);
    slice(data, Field::kUnitFiles, at[Field::kUnitFiles],
          version().cutab_counts_entries ? unit_files_.size() / 4 : unit_files_.size());
    slice(data, Field::kFunctions, at[Field::kFunctions], functions.size() + 1);
    slice(data, Field::kTextSections, text_map, 1);
    word(Field::kFindIndex, at[Field::kFindIndex]);
    word(Field::kMinPc, objfile::kFirstFunctionSlot << objfile::kPcBits);
    word(Field::kMaxPc,
         ((objfile::kFirstFunctionSlot + functions.size() - 1) << objfile::kPcBits) + 8);
    word(Field::kTextEnd, 16 * functions.size());
    word(Field::kFuncdata, at[Field::kFuncdata]);
    word(Field::kPclntabEnd, tables_end_);
    word(Field::kTypes, kTypesAt);
    word(Field::kTypesEnd, kTypesAt + 8 + types.size() + itabs.size());
    word(Field::kTypesLength, types_length ? 8 + types_length : 0);
    word(Field::kItabsOffset, 8 + types.size());
    word(Field::kItabsLength, itabs.size());
    word(Field::kRodata, kBase);
    word(Field::kHasMain, 1);
    place_build_info(llvm::alignTo(data + layout.size(), 16), data, layout);
  }

  void place_build_info(uint64_t cursor, uint64_t data, const objfile::ModuleDataLayout &layout) {
    put(data + layout.offset(Field::kData), cursor);
    put(data + layout.offset(Field::kDataEnd), cursor + 16);
    put(cursor, cursor + 16);
    put(cursor + 8, build_version.size());
    put(cursor + 16, ByteVector(build_version.begin(), build_version.end()));
    put(cursor + 17 + build_version.size(), ByteVector(mod_info.begin(), mod_info.end()));
    // So that no table ends with the memory that is written.
    put(cursor + 18 + build_version.size() + mod_info.size(), 1);
  }

  Strings names_, file_names_;
  ByteVector pctab_, funcdata_, unit_files_;
  std::map<Field, uint64_t> sizes_;
  uint64_t tables_end_ = 0;
};

} // namespace wald::test

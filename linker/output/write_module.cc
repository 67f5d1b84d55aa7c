// Writes the module (ref: cmd/link/internal/wasm/asm.go). Everything streams to its place in the
// file. The data section follows the code; for both to be written at the same time, two threads add
// up the size of the code first, which costs a third of writing it.
#include "directives/signature.h"
#include "linker/core/func_value.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/layout/relocate.h"
#include "objfile/support/leb128.h"
#include "objfile/support/name_map.h"
#include "objfile/system/output_file.h"
#include "wasm/segment_stream.h"
#include "wasm/validate.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"

namespace wald {

namespace {

using directives::Signature;
using objfile::AuxKind;
using wasm::OutputStream;
using wasm::ValueType;

enum SectionId : uint8_t {
  kCustomSection,
  kTypeSection,
  kImportSection,
  kFunctionSection,
  kTableSection,
  kMemorySection,
  kGlobalSection,
  kExportSection,
  kElementSection = 9,
  kCodeSection,
  kDataSection,
};

constexpr uint64_t kSectionHeaderSize = 1 + wasm::kPaddedLebSize;
constexpr uint64_t kPageSize = 0x10000;
constexpr uint64_t kInitialHeap = 1 << 20;

// Function types, each once, in order of first use.
class TypeTable {
public:
  uint32_t index_of(llvm::ArrayRef<ValueType> params, llvm::ArrayRef<ValueType> results) {
    std::string key;
    for (ValueType type : params)
      key += char(type);
    key += '\0'; // no type
    for (ValueType type : results)
      key += char(type);
    auto [entry, is_new] = index_.try_emplace(key, uint32_t(types_.size()));
    if (is_new)
      types_.push_back({params.vec(), results.vec()});
    return entry->second;
  }

  uint32_t index_of(const Signature &signature) {
    auto types = [](llvm::ArrayRef<directives::Field> fields) {
      std::vector<ValueType> list;
      for (const directives::Field &field : fields)
        list.push_back(field.type);
      return list;
    };
    return index_of(types(signature.params), types(signature.results));
  }

  void write(OutputStream &out) const {
    out.write_uleb(types_.size());
    for (const auto &[params, results] : types_) {
      out.write_byte(0x60);
      for (const std::vector<ValueType> *list : {&params, &results}) {
        out.write_uleb(list->size());
        for (ValueType type : *list)
          out.write_byte(uint8_t(type));
      }
    }
  }

private:
  std::vector<std::pair<std::vector<ValueType>, std::vector<ValueType>>> types_;
  objfile::NameMap<uint32_t> index_;
};

// Functions of the runtime that do not take and return what all Go functions do
// (ref: wasmFuncTypes in wasm/asm.go). Letters: i I f F for i32 i64 f32 f64; a dot before results.
const char *special_signature(StringRef name) {
  return llvm::StringSwitch<const char *>(name)
      .Cases("_rt0_wasm_js", "_rt0_wasm_wasip1", "_rt0_wasm_wasip1_lib", "wasm_export__start",
             "wasm_export_resume", "wasm_pc_f_loop", "runtime.notInitialized", ".")
      .Case("wasm_export_run", "ii.")
      .Case("wasm_export_getsp", ".i")
      .Case("wasm_pc_f_loop_export", "i.")
      .Case("runtime.wasmDiv", "II.I")
      .Cases("runtime.wasmTruncS", "runtime.wasmTruncU", "F.I")
      .Case("gcWriteBarrier", "I.I")
      .Cases("runtime.gcWriteBarrier1", "runtime.gcWriteBarrier2", "runtime.gcWriteBarrier3",
             "runtime.gcWriteBarrier4", "runtime.gcWriteBarrier5", "runtime.gcWriteBarrier6",
             "runtime.gcWriteBarrier7", "runtime.gcWriteBarrier8", ".I")
      .Case("cmpbody", "IIII.I")
      .Case("memeqbody", "III.I")
      .Cases("memcmp", "memchr", "iii.i")
      .Default(nullptr);
}

std::pair<std::vector<ValueType>, std::vector<ValueType>> parse_signature(StringRef letters) {
  auto parse = [](StringRef part) {
    std::vector<ValueType> list;
    for (char letter : part)
      list.push_back(letter == 'i'   ? ValueType::kI32
                     : letter == 'I' ? ValueType::kI64
                     : letter == 'f' ? ValueType::kF32
                                     : ValueType::kF64);
    return list;
  };
  auto [params, results] = letters.split('.');
  return {parse(params), parse(results)};
}

struct Import {
  StringRef module, name;
  uint32_t type;
};

class ModuleWriter {
public:
  explicit ModuleWriter(Context &ctx) : ctx_(ctx) {}

  void run() {
    collect_imports();
    collect_function_types();
    Relocator relocator(ctx_, imports_.size());
    for (uint32_t i = 0; i < imports_.size(); i++)
      relocator.set_import(ctx_.import_wrappers[i], i);
    relocator_ = &relocator;
    if (!ctx_.ok())
      return;
    llvm::Expected<wasm::OutputFile> created = wasm::OutputFile::create(ctx_.options.output);
    if (!created) {
      ctx_.diag.error(llvm::toString(created.takeError()));
      return;
    }
    wasm::OutputFile file = std::move(*created);
    write_all(file);
    if (!ctx_.ok() || has_faults())
      return;
    check_inputs();
    if (ctx_.options.validate && ctx_.ok() && !file.failed())
      validate(file);
    if (!ctx_.ok())
      return;
    if (llvm::Error error = file.commit())
      ctx_.diag.error(llvm::toString(std::move(error)));
  }

private:
  // Contents that are broken come up only when they are written. Reported behind the pass.
  bool has_faults() const {
    return llvm::any_of(ctx_.objects, [](const auto &object) { return object->obj.fault(); });
  }

  // What was read of a file that has become shorter may have been zeros.
  void check_inputs() {
    auto check = [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; i++)
        if (const objfile::MappedFile &file = ctx_.files[i]; file.has_shrunk())
          ctx_.diag.error(file.name() + " changed while it was read", {"it became shorter"});
    };
    size_t count = ctx_.files.size();
    ctx_.helper.start("check inputs", [&] { check(count / 2, count); });
    check(0, count / 2);
    ctx_.helper.wait();
  }

  // Functions had another size when they were written than before.
  void report_wrong_measure() {
    auto changed = llvm::find_if(
        ctx_.files, [](const objfile::MappedFile &file) { return file.has_new_time(); });
    if (changed == ctx_.files.end())
      ctx_.diag.error("internal error: the code section was measured wrongly");
    else
      ctx_.diag.error(changed->name() + " changed while it was read", {"it was written to"});
  }

  // What is checked is what is on the disk.
  void validate(const wasm::OutputFile &file) {
    std::optional<wasm::Invalidity> found;
    llvm::Error error = file.read_back(
        [&](llvm::ArrayRef<uint8_t> module) { found = wasm::find_invalidity(module); });
    if (error)
      ctx_.diag.error(llvm::toString(std::move(error)));
    if (!found)
      return;
    std::vector<std::string> notes;
    if (std::optional<uint32_t> index = found->func_index;
        index && *index >= imports_.size() && *index - imports_.size() < ctx_.text.size())
      notes.push_back("in " + describe(ctx_, ctx_.text[*index - imports_.size()]));
    notes.push_back("an object file is damaged, or -E, -T or -D ask for such a module; if neither, "
                    "this is an error in wald");
    ctx_.diag.error("the module is not valid WebAssembly: " + found->problem, std::move(notes));
  }

  // -- What is declared
  void collect_imports() {
    types_.index_of({ValueType::kI32}, {ValueType::kI32}); // every ordinary Go function
    for (SymId wrapper : ctx_.import_wrappers) {
      SymId record = SymbolView(ctx_, wrapper).aux(AuxKind::kWasmImport);
      llvm::Expected<directives::WasmImportRecord> decoded =
          directives::decode_wasm_import(SymbolView(ctx_, record).data(), *ctx_.version);
      if (!decoded) {
        ctx_.diag.error("broken import record: " + llvm::toString(decoded.takeError()),
                        {"of " + describe(ctx_, wrapper)});
        continue;
      }
      StringRef module = decoded->module.empty() ? "gojs" : decoded->module;
      imports_.push_back({module, decoded->name, types_.index_of(decoded->signature)});
    }
  }

  void collect_function_types() {
    function_types_.reserve(ctx_.text.size());
    auto typed = ctx_.typed_functions.begin();
    for (uint32_t i = 0; i < ctx_.text.size(); i++) {
      uint32_t type = 0;
      if (const char *letters = special_signature(ctx_.text_names[i])) {
        auto [params, results] = parse_signature(letters);
        type = types_.index_of(params, results);
      }
      if (typed != ctx_.typed_functions.end() && number(*typed) == i) {
        type = recorded_type(ctx_.text[i]);
        ++typed;
      }
      function_types_.push_back(type);
    }
  }

  uint32_t recorded_type(SymId id) {
    SymId record = SymbolView(ctx_, id).aux(AuxKind::kWasmType);
    llvm::Expected<Signature> decoded =
        directives::decode_wasm_type(SymbolView(ctx_, record).data(), *ctx_.version);
    if (decoded)
      return types_.index_of(*decoded);
    ctx_.diag.error("broken export record: " + llvm::toString(decoded.takeError()),
                    {"of " + describe(ctx_, id)});
    return 0;
  }

  bool is_build_id(uint64_t index) const { return index == 0 && !ctx_.options.build_id.empty(); }

  // The size of the functions from `begin` to `end` in the code section.
  uint64_t measure_code(uint64_t begin, uint64_t end) const {
    uint64_t code_size = 0;
    for (uint64_t i = begin; i < end; i++) {
      uint64_t size = is_build_id(i) ? sizeof kBuildIdBody : relocator_->body_size(ctx_.text[i]);
      code_size += wasm::uleb_size(size) + size;
    }
    return code_size;
  }

  // -- Sections
  // Runs write_payload and puts the section's header, with the size then known, before it.
  template <typename Fn>
  void write_section(wasm::OutputFile &file, OutputStream &out, uint8_t id, Fn write_payload) {
    uint64_t start = out.offset();
    out.advance(out.reserve(kSectionHeaderSize) + kSectionHeaderSize);
    write_payload();
    out.flush(); // the header may still be in the buffer
    write_section_header(file, start, out.offset(), id);
  }

  void write_section_header(wasm::OutputFile &file, uint64_t start, uint64_t end, uint8_t id) {
    uint64_t size = end - start - kSectionHeaderSize;
    if (size > UINT32_MAX) {
      ctx_.diag.error("section " + llvm::Twine(id) + " does not fit a module");
      return;
    }
    uint8_t header[kSectionHeaderSize];
    header[0] = id;
    wasm::write_padded_uleb(header + 1, size);
    file.write(start, header);
  }

  void write_all(wasm::OutputFile &file) {
    OutputStream out(file, 0);
    write_front(file, out);
    out.flush();
    uint64_t code_end = 0, data_end = 0;
    std::vector<uint8_t> names;
    auto write_code_section = [&] {
      write_section(file, out, kCodeSection, [&] { write_code(out); });
    };
    if (ctx_.helper.has_thread()) {
      uint64_t count = ctx_.text.size(), second_half = 0;
      ctx_.helper.start("measure code", [&] { second_half = measure_code(count / 2, count); });
      code_end =
          out.offset() + kSectionHeaderSize + wasm::uleb_size(count) + measure_code(0, count / 2);
      ctx_.helper.wait();
      code_end += second_half;
      ctx_.helper.start("write data", [&] { data_end = write_data(file, code_end); });
      write_code_section();
      encode_names(names);
      ctx_.helper.wait();
      if (out.offset() != code_end && ctx_.ok())
        report_wrong_measure();
    } else {
      write_code_section();
      code_end = out.offset();
      data_end = write_data(file, code_end);
      encode_names(names);
    }
    OutputStream tail(file, data_end);
    write_section(file, tail, kCustomSection, [&] { write_producers(tail); });
    tail.write(names);
  }

  void write_front(wasm::OutputFile &file, OutputStream &out) {
    constexpr uint8_t kHeader[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    out.write(kHeader);
    // go tool buildid reads only the beginning of the file.
    if (!ctx_.options.build_id.empty())
      write_section(file, out, kCustomSection, [&] {
        out.write_name("go:buildid");
        out.write(SymbolView(ctx_, ctx_.text.front()).data());
      });
    write_section(file, out, kTypeSection, [&] { types_.write(out); });
    write_section(file, out, kImportSection, [&] { write_imports(out); });
    write_section(file, out, kFunctionSection, [&] {
      out.write_uleb(function_types_.size());
      for (uint32_t type : function_types_)
        out.write_uleb(type);
    });
    write_section(file, out, kTableSection, [&] {
      constexpr uint8_t kFuncrefWithoutMaximum[] = {1, 0x70, 0};
      out.write(kFuncrefWithoutMaximum);
      out.write_uleb(kFirstPcF + ctx_.text.size());
    });
    write_section(file, out, kMemorySection, [&] {
      constexpr uint8_t kWithoutMaximum[] = {1, 0};
      out.write(kWithoutMaximum);
      out.write_uleb((ctx_.data_end + kInitialHeap) / kPageSize);
    });
    write_section(file, out, kGlobalSection, [&] { write_globals(out); });
    write_section(file, out, kExportSection, [&] { write_exports(out); });
    write_section(file, out, kElementSection, [&] {
      constexpr uint8_t kTableZero[] = {1, 0};
      out.write(kTableZero);
      write_i32_const(out, kFirstPcF);
      out.write_uleb(ctx_.text.size());
      for (uint64_t i = 0; i < ctx_.text.size(); i++)
        out.write_uleb(imports_.size() + i);
    });
  }

  static void write_i32_const(OutputStream &out, int32_t value) {
    out.write_byte(0x41);
    out.write_sleb(value);
    out.write_byte(0x0b);
  }

  void write_imports(OutputStream &out) {
    out.write_uleb(imports_.size());
    for (const Import &import : imports_) {
      out.write_name(import.module);
      out.write_name(import.name);
      out.write_byte(0); // a function
      out.write_uleb(import.type);
    }
  }

  // SP, CTXT, g, RET0 to RET3, PAUSE, which the compiler's code refers to by number.
  void write_globals(OutputStream &out) {
    constexpr ValueType kGlobals[] = {ValueType::kI32, ValueType::kI64, ValueType::kI64,
                                      ValueType::kI64, ValueType::kI64, ValueType::kI64,
                                      ValueType::kI64, ValueType::kI32};
    out.write_uleb(std::size(kGlobals));
    for (ValueType type : kGlobals) {
      uint8_t constant = type == ValueType::kI32 ? 0x41 : 0x42;
      const uint8_t global[] = {uint8_t(type), 1, constant, 0, 0x0b};
      out.write(global);
    }
  }

  void write_exports(OutputStream &out) {
    llvm::ArrayRef<objfile::EntryPoint> entries = objfile::entry_points(ctx_.module_kind());
    out.write_uleb(entries.size() + ctx_.wasm_exports.size() + 1);
    auto write_function = [&](StringRef name, SymId id) {
      out.write_name(name);
      out.write_byte(0);
      // Where -E leads to no such function the reference writes what is left of no index in 32
      // bits.
      out.write_uleb(uint32_t(relocator_->wasm_index(ctx_.values.entry_pc(id))));
      if (!is_reachable(ctx_, id))
        ctx_.diag.warn(llvm::Twine("export ") + name + ": nothing reaches " + name_of(ctx_, id) +
                           ", so no engine accepts the module",
                       {"use another entry symbol than -E names"});
      else if (ctx_.groups[id] != Group::kText)
        ctx_.diag.error(llvm::Twine("export ") + name + ": " + name_of(ctx_, id) +
                            " is no function",
                        {describe(ctx_, id)});
    };
    for (const objfile::EntryPoint &entry : entries) {
      SymId id = known(ctx_, entry.symbol);
      if (id == SymId::kNone)
        ctx_.diag.error("export symbol " + objfile::name_of(entry.symbol) + " is not defined");
      else
        write_function(entry.name, id);
    }
    for (SymId id : ctx_.wasm_exports)
      write_function(name_of(ctx_, id), id);
    out.write_name(objfile::memory_export(ctx_.module_kind()));
    constexpr uint8_t kMemoryZero[] = {2, 0};
    out.write(kMemoryZero);
  }

  // Code lies scattered over all inputs, so that of the functions behind number `i` is fetched
  // ahead: in two steps, for where it is must be read first.
  void prefetch_code_behind(uint64_t i) const {
    constexpr uint64_t kIndexAhead = 6, kCodeAhead = 2;
    if (i + kIndexAhead >= ctx_.text.size())
      return; // of the last few nothing is
    if (Definition def = definition(ctx_, ctx_.text[i + kIndexAhead]); !def.is_owned())
      ctx_.objects[def.object]->obj.prefetch_function(def.local);
    if (Definition def = definition(ctx_, ctx_.text[i + kCodeAhead]); !def.is_owned())
      ctx_.objects[def.object]->obj.prefetch_code(def.local);
  }

  void write_code(OutputStream &out) {
    out.write_uleb(ctx_.text.size());
    std::vector<uint8_t> large;
    for (uint64_t i = 0; i < ctx_.text.size(); i++) {
      if (is_build_id(i)) {
        out.write_uleb(sizeof kBuildIdBody);
        out.write(kBuildIdBody);
        continue;
      }
      prefetch_code_behind(i);
      SymbolView function(ctx_, ctx_.text[i]);
      uint64_t room = wasm::kMaxLebSize + Relocator::largest_body_size(function);
      if (room <= OutputStream::kMostReserved) {
        out.advance(write_entry(function, out.reserve(room)));
      } else {
        large.resize(room);
        uint8_t *end = write_entry(function, large.data());
        out.write({large.data(), end});
      }
    }
  }

  // The size and the body. Where the body begins depends on how long it is; a wrong guess costs a
  // move.
  uint8_t *write_entry(const SymbolView &function, uint8_t *at) const {
    unsigned guess = wasm::uleb_size(function.size() + function.size() / 4);
    uint8_t *begin = at + guess;
    uint8_t *end = relocator_->write_body(function, begin);
    uint64_t size = end - begin;
    uint8_t *body = wasm::write_uleb(at, size);
    if (body == begin) [[likely]]
      return end;
    // write_uleb may have overwritten the body's first byte.
    if (body > begin)
      end = relocator_->write_body(function, body);
    else
      std::memmove(body, begin, size);
    return body + size;
  }

  // -- Data
  std::vector<const Section *> written_sections() const {
    // ref: wasm/asm.go, asmb.
    const objfile::GoVersion &version = *ctx_.version;
    const StringRef names[] = {".rodata",
                               version.types_in_own_section ? ".go.type" : ".typelink",
                               version.types_in_own_section ? ".go.func" : ".itablink",
                               version.module_section ? ".go.module" : ".gosymtab",
                               ".gopclntab",
                               ".noptrdata",
                               ".data"};
    std::vector<const Section *> sections;
    for (StringRef name : names)
      for (const Section &section : ctx_.sections)
        if (section.name == name)
          sections.push_back(&section);
    return sections;
  }

  // Returns the offset after the section. The number of segments stands first and is known last;
  // room is left for as many as there may be, and what was written moves up if it takes less.
  uint64_t write_data(wasm::OutputFile &file, uint64_t start) {
    const wasm::SegmentPolicy policy;
    const uint64_t count_at = start + kSectionHeaderSize;
    const uint64_t segments_at = count_at + wasm::uleb_size(policy.max_segments);
    std::vector<const Section *> sections = written_sections();
    llvm::SmallVector<uint64_t, 8> lengths;
    for (const Section *section : sections)
      lengths.push_back(section->length);
    OutputStream out(file, segments_at);
    wasm::SegmentStream segments(out, lengths, policy);
    for (const Section *section : sections)
      feed_section(segments, *section);
    out.flush();

    uint8_t count[wasm::kMaxLebSize];
    uint8_t *count_end = wasm::write_uleb(count, segments.num_segments());
    file.write(count_at, {count, count_end});
    uint64_t size = out.offset() - segments_at, moved_to = count_at + (count_end - count);
    if (moved_to != segments_at)
      file.move_up(segments_at, moved_to, size);
    write_section_header(file, start, moved_to + size, kDataSection);
    return moved_to + size;
  }

  void feed_section(wasm::DataSink &segments, const Section &section) {
    segments.begin_section(section.address);
    for (Group group : section.groups)
      for (const Member &member : ctx_.members[unsigned(group)]) {
        segments.feed_zeros(number(ctx_.values.address(member.id)) - segments.next_address());
        feed_symbol(segments, SymbolView(ctx_, member.id), member.size);
      }
    segments.feed_zeros(section.address + section.length - segments.next_address());
    segments.end_section();
  }

  void feed_symbol(wasm::DataSink &segments, const SymbolView &symbol, uint64_t size) {
    if (symbol.is_owned() && symbol.owned().source)
      return symbol.owned().source->write(symbol.owned().source_part, *relocator_, segments);
    Bytes data = symbol.data().take_front(size);
    if (!Relocator::has_relocs(symbol)) {
      segments.feed(data);
      segments.feed_zeros(size - data.size());
      return;
    }
    // The compiler writes contents as far as there are relocations: there is nothing to do in zeros
    // that are left out.
    segments.feed_changed(data, size, [&](llvm::MutableArrayRef<uint8_t> bytes) {
      relocator_->apply(symbol, bytes);
    });
  }

  // -- Custom sections
  void write_producers(OutputStream &out) {
    out.write_name("producers");
    out.write_uleb(2);
    for (auto [field, tool] :
         {std::pair("language", "Go"), std::pair("processed-by", "Go cmd/compile")}) {
      out.write_name(field);
      out.write_uleb(1);
      out.write_name(tool);
      out.write_name(ctx_.go_version);
    }
  }

  // What a character becomes in a name: letters, digits, _ and . stay, the others become one _.
  // Zero for a byte of a longer character.
  static constexpr std::array<uint8_t, 256> kReadable = [] {
    std::array<uint8_t, 256> table{};
    for (unsigned c = 0; c < 0x80; c++) {
      bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == '.';
      table[c] = is_plain ? c : '_';
    }
    return table;
  }();

  // Returns the place behind. The result is never longer than the name.
  static uint8_t *write_readable(uint8_t *at, StringRef name) {
    bool is_ascii = true;
    for (size_t i = 0; i < name.size(); i++) {
      at[i] = kReadable[uint8_t(name[i])];
      is_ascii &= at[i] != 0;
    }
    if (is_ascii) [[likely]]
      return at + name.size();
    for (size_t i = 0; i < name.size();) {
      uint8_t readable = kReadable[uint8_t(name[i])];
      *at++ = readable ? readable : '_';
      i += readable ? 1 : character_size(name.substr(i));
    }
    return at;
  }

  // Bytes of the UTF-8 character at the front; an invalid byte counts as one.
  static size_t character_size(StringRef text) {
    auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
    size_t size = llvm::getNumBytesForUTF8(*begin);
    return size <= text.size() && llvm::isLegalUTF8Sequence(begin, begin + size) ? size : 1;
  }

  // The custom section "name" with the functions' names, whole.
  void encode_names(std::vector<uint8_t> &bytes) const {
    if (ctx_.options.strip_names)
      return;
    constexpr char kName[] = "\4name";
    constexpr uint64_t kPayload = kSectionHeaderSize + 5,
                       kNamesStart = kPayload + kSectionHeaderSize;
    uint64_t used = kNamesStart;
    auto room = [&](uint64_t size) {
      if (used + size > bytes.size())
        bytes.resize(std::max(2 * bytes.size(), used + size));
      return bytes.data() + used;
    };
    bytes.resize(64 * ctx_.text.size() + 4096);
    used = wasm::write_uleb(room(wasm::kMaxLebSize), ctx_.text.size()) - bytes.data();
    for (uint64_t i = 0; i < ctx_.text.size(); i++) {
      StringRef name = ctx_.text_names[i];
      uint8_t *at = room(name.size() + 2 * wasm::kMaxLebSize);
      at = wasm::write_uleb(at, imports_.size() + i);
      uint8_t *begin = at + wasm::uleb_size(name.size());
      uint8_t *end = write_readable(begin, name);
      uint8_t *text = wasm::write_uleb(at, end - begin);
      if (text != begin) // shorter than the name, by characters of several bytes
        std::memmove(text, begin, end - begin);
      used = text + (end - begin) - bytes.data();
    }
    bytes.resize(used);
    bytes[0] = kCustomSection;
    wasm::write_padded_uleb(&bytes[1], used - kSectionHeaderSize);
    std::memcpy(&bytes[kSectionHeaderSize], kName, 5);
    bytes[kPayload] = 1; // the subsection of functions, which has the same header
    wasm::write_padded_uleb(&bytes[kPayload + 1], used - kNamesStart);
  }

  static constexpr uint8_t kBuildIdBody[] = {0x00, 0x41, 0x00, 0x0b}; // no locals, i32.const 0

  Context &ctx_;
  Relocator *relocator_ = nullptr;
  TypeTable types_;
  std::vector<Import> imports_;
  std::vector<uint32_t> function_types_; // by function
};

} // namespace

void write_module(Context &ctx) {
  ModuleWriter(ctx).run();
}

} // namespace wald

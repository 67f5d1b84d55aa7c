// --map: where everything is, in the columns of wasm-ld's link map. Offsets are those of the
// finished file, which is read back. Where a link fails before there is one, they are not known.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/liveness/named_definitions.h"
#include "linker/output/failed_map.h"
#include "linker/output/module_plan.h"
#include "linker/output/read_back.h"
#include "objfile/support/printable.h"
#include "objfile/system/text_file.h"
#include "wasm/module_reader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace wald {

namespace {

using llvm::StringRef;

class MapWriter {
public:
  // The module has no sections where it is not known.
  MapWriter(const Context &ctx, const wasm::Module &module, llvm::raw_ostream &out)
      : ctx_(ctx), module_(module), out_(out) {}

  void write_head() { out_ << "    Addr      Off     Size Out     In      Symbol\n"; }
  // A row of its own, as if it were an output section.
  void write_remark(StringRef text) {
    numbers(std::nullopt, std::nullopt, std::nullopt);
    out_ << '<' << text << ">\n";
  }

  void write() {
    for (const wasm::Section &section : module_.sections) {
      std::string name = section.id == wasm::SectionId::kCustom
                             ? "CUSTOM(" + section.custom_name.str() + ")"
                             : StringRef(wasm::section_name(section.id)).upper();
      numbers(std::nullopt, section.payload_offset, section.payload.size());
      out_ << wasm::printable(name) << '\n';
      if (section.id == wasm::SectionId::kCode)
        write_functions();
    }
    write_all_data();
  }

  void write_all_data() {
    for (const Section &section : ctx_.sections)
      write_data(section);
  }

  // As compiled, in their order.
  void write_ordered_functions() {
    write_heading("CODE");
    for (SymId id : ctx_.text)
      write_symbol(id, SymbolView(ctx_, id).data().size());
  }

  // By package, those that are wanted: functions, or what is none.
  template <typename Fn> void write_definitions(bool functions, Fn is_wanted) {
    write_heading(functions ? "CODE" : "DATA");
    for_each_named_definition(ctx_, [&](const InputObject &object, uint32_t local, SymId id) {
      objfile::SymbolKind kind = object.obj.kind(local);
      bool is_defined = kind != objfile::SymbolKind::kNone && kind != objfile::SymbolKind::kInvalid;
      if (!is_defined || is_text(kind) != functions || !is_wanted(id))
        return;
      write_symbol(id, functions ? object.obj.data(local).size() : object.obj.symbol(local).size());
    });
  }

private:
  void write_heading(StringRef name) {
    numbers(std::nullopt, std::nullopt, std::nullopt);
    out_ << name << '\n';
  }
  void write_symbol(SymId id, uint64_t size) {
    numbers(std::nullopt, std::nullopt, size);
    symbol(package_of(id), name_of(ctx_, id));
  }
  void number_or_dash(std::optional<uint64_t> value) {
    if (value)
      out_ << llvm::format("%8llx ", static_cast<unsigned long long>(*value));
    else
      out_ << "       - ";
  }
  void numbers(std::optional<uint64_t> address, std::optional<uint64_t> offset,
               std::optional<uint64_t> size) {
    number_or_dash(address);
    number_or_dash(offset);
    number_or_dash(size);
  }
  void symbol(StringRef package, StringRef name) {
    out_ << "        " << wasm::printable(package) << ":(" << wasm::printable(name) << ")\n";
  }
  StringRef package_of(SymId id) const {
    Definition from = SymbolView(ctx_, id).origin();
    return from.is_owned() ? "<linker>" : ctx_.libraries[ctx_.objects[from.object]->library].path;
  }

  void write_functions() {
    for (size_t n = 0; n < module_.bodies.size(); n++) {
      const wasm::FunctionBody &body = module_.bodies[n];
      numbers(std::nullopt, body.offset, body.contents.size());
      if (n < ctx_.text.size())
        symbol(package_of(ctx_.text[n]), name_of(ctx_, ctx_.text[n]));
      else if (n - ctx_.text.size() < ctx_.module->added.size())
        symbol("<linker>", ctx_.module->added[n - ctx_.text.size()].name);
    }
  }

  // Bytes that the file has, at their beginning. Others are zeros, and what an address lies in may
  // begin with some.
  std::optional<uint64_t> file_offset(uint64_t address) const {
    auto next = llvm::upper_bound(
        module_.data, address,
        [](uint64_t wanted, const wasm::DataSegment &segment) { return wanted < segment.address; });
    if (next == module_.data.begin())
      return std::nullopt;
    const wasm::DataSegment &segment = *std::prev(next);
    uint64_t at = address - segment.address;
    return at < segment.contents.size() ? std::optional(segment.offset + at) : std::nullopt;
  }

  void write_data(const Section &section) {
    numbers(section.address, file_offset(section.address), section.length);
    out_ << section.name << '\n';
    for (Group group : section.groups)
      for (const Member &member : ctx_.members[unsigned(group)]) {
        if (member.size == 0)
          continue;
        uint64_t address = number(ctx_.values.address(member.id));
        numbers(address, file_offset(address), member.size);
        StringRef name = name_of(ctx_, member.id);
        symbol(package_of(member.id), name.empty() ? "an unnamed symbol" : name);
      }
  }

  const Context &ctx_;
  const wasm::Module &module_;
  llvm::raw_ostream &out_;
};

void write_whole_map(Context &ctx, StringRef remark, llvm::raw_ostream &out) {
  read_module_back(ctx, [&](const wasm::Module &module) {
    MapWriter writer(ctx, module, out);
    writer.write_head();
    if (!remark.empty())
      writer.write_remark(remark);
    writer.write();
  });
}

void write_known_parts(const Context &ctx, const KnownParts &known, llvm::raw_ostream &out) {
  const wasm::Module none = {};
  MapWriter writer(ctx, none, out);
  writer.write_head();
  if (!known.definitions)
    return writer.write_remark("the link failed: no symbols are known");
  if (!known.live_symbols)
    writer.write_remark("the link failed: all that packages define, needed or not");
  else
    writer.write_remark(known.addresses ? "the link failed: there is no module yet"
                                        : "the link failed: there are no addresses yet");
  auto is_wanted = [&](SymId id) { return !known.live_symbols || is_reachable(ctx, id); };
  if (known.order)
    writer.write_ordered_functions();
  else
    writer.write_definitions(/*functions=*/true, is_wanted);
  if (known.addresses)
    writer.write_all_data();
  else
    writer.write_definitions(/*functions=*/false, is_wanted);
}

} // namespace

void write_map(Context &ctx) {
  std::string error = write_text_file(
      ctx.options.reports.map, [&](llvm::raw_ostream &out) { write_whole_map(ctx, "", out); });
  if (!error.empty())
    ctx.diag.error(error);
}

void write_map_of_failed_link(Context &ctx, const KnownParts &known) {
  std::string error = write_text_file(ctx.options.reports.map, [&](llvm::raw_ostream &out) {
    if (known.module)
      write_whole_map(ctx, "the link failed: the module has no name", out);
    else
      write_known_parts(ctx, known, out);
  });
  if (!error.empty())
    ctx.diag.error(error);
}

} // namespace wald

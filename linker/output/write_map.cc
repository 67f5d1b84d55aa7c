// --map: where everything is, in the columns of wasm-ld's link map. Offsets are those of the
// finished file, which is read back.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/output/module_plan.h"
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
  MapWriter(const Context &ctx, const wasm::Module &module, llvm::raw_ostream &out)
      : ctx_(ctx), module_(module), out_(out) {}

  void write() {
    out_ << "    Addr      Off     Size Out     In      Symbol\n";
    for (const wasm::Section &section : module_.sections) {
      std::string name = section.id == wasm::SectionId::kCustom
                             ? "CUSTOM(" + section.custom_name.str() + ")"
                             : StringRef(wasm::section_name(section.id)).upper();
      numbers(std::nullopt, section.payload_offset, section.payload.size());
      out_ << wasm::printable(name) << '\n';
      if (section.id == wasm::SectionId::kCode)
        write_functions();
    }
    for (const Section &section : ctx_.sections)
      write_data(section);
  }

private:
  void number_or_dash(std::optional<uint64_t> value) {
    if (value)
      out_ << llvm::format("%8llx ", static_cast<unsigned long long>(*value));
    else
      out_ << "       - ";
  }
  void numbers(std::optional<uint64_t> address, std::optional<uint64_t> offset, uint64_t size) {
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

} // namespace

void write_map(Context &ctx) {
  std::string error = write_text_file(ctx.options.reports.map, [&](llvm::raw_ostream &out) {
    if (ctx.file->failed()) // then commit_module says so
      return;
    llvm::Error problem = ctx.file->read_back([&](Bytes bytes) {
      if (llvm::Expected<wasm::Module> module = wasm::read_module(bytes))
        MapWriter(ctx, *module, out).write();
      else
        ctx.diag.error("cannot read the module back: " + llvm::toString(module.takeError()));
    });
    if (problem)
      ctx.diag.error(llvm::toString(std::move(problem)));
  });
  if (!error.empty())
    ctx.diag.error(error);
}

} // namespace wald

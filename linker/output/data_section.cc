// The data section: the contents of memory, which all symbols with data feed into a sink in the
// order of their addresses. Which sink depends on how segments are chosen.
#include "linker/layout/relocate.h"
#include "linker/output/module_sections.h"
#include "wasm/data_image.h"
#include "wasm/segment_stream.h"

namespace wald {

namespace {

using wasm::DataSink;
using wasm::kSectionHeaderSize;
using wasm::OutputStream;

// In the order of the reference's segments (ref: asmb in wasm/asm.go), which is not that of
// addresses.
std::vector<const Section *> written_sections(const Context &ctx) {
  const objfile::GoVersion &version = *ctx.version;
  const StringRef names[] = {".rodata",
                             version.types_in_own_section ? ".go.type" : ".typelink",
                             version.types_in_own_section ? ".go.func" : ".itablink",
                             version.module_section ? ".go.module" : ".gosymtab",
                             ".gopclntab",
                             ".noptrdata",
                             ".data"};
  std::vector<const Section *> sections;
  for (StringRef name : names)
    for (const Section &section : ctx.sections)
      if (section.name == name)
        sections.push_back(&section);
  return sections;
}

class DataFeeder {
public:
  explicit DataFeeder(Context &ctx) : ctx_(ctx), relocator_(ctx) {}

  void feed(const Section &section, DataSink &sink) {
    sink.begin_section(section.address);
    for (Group group : section.groups)
      for (const Member &member : ctx_.members[unsigned(group)]) {
        sink.feed_zeros(number(ctx_.values.address(member.id)) - sink.next_address());
        feed_symbol(SymbolView(ctx_, member.id), member.size, sink);
      }
    sink.feed_zeros(section.address + section.length - sink.next_address());
    sink.end_section();
  }

private:
  void feed_symbol(const SymbolView &symbol, uint64_t size, DataSink &sink) {
    if (symbol.is_owned() && symbol.owned().source)
      return symbol.owned().source->write(symbol.owned().source_part, relocator_, sink);
    Bytes data = symbol.data().take_front(size);
    if (!Relocator::has_relocs(symbol)) {
      sink.feed(data);
      sink.feed_zeros(size - data.size());
      return;
    }
    // The compiler writes contents as far as there are relocations: there is nothing to do in zeros
    // that are left out.
    sink.feed_changed(
        data, size, [&](llvm::MutableArrayRef<uint8_t> bytes) { relocator_.apply(symbol, bytes); });
  }

  Context &ctx_;
  Relocator relocator_;
};

// The number of segments stands before them and is known last. Room is left for as many as there
// may be; if the number takes less, what was written moves up by a byte or two.
uint64_t stream_segments(Context &ctx, llvm::ArrayRef<const Section *> written,
                         wasm::OutputFile &file, uint64_t start) {
  const wasm::SegmentPolicy &policy = ctx.plan.segments;
  uint64_t count_at = start + kSectionHeaderSize;
  uint64_t segments_at = count_at + wasm::uleb_size(policy.max_segments);
  llvm::SmallVector<uint64_t, 8> lengths;
  for (const Section *section : written)
    lengths.push_back(section->length);
  OutputStream out(file, segments_at);
  wasm::SegmentStream segments(out, lengths, policy);
  DataFeeder feeder(ctx);
  for (const Section *section : written)
    feeder.feed(*section, segments);
  out.flush();

  uint8_t count[wasm::kMaxLebSize];
  uint8_t *count_end = wasm::write_uleb(count, segments.num_segments());
  file.write(count_at, {count, count_end});
  uint64_t size = out.offset() - segments_at, moved_to = count_at + (count_end - count);
  if (moved_to != segments_at)
    file.move_up(segments_at, moved_to, size);
  return moved_to + size;
}

uint64_t write_image(Context &ctx, llvm::ArrayRef<const Section *> written, wasm::OutputFile &file,
                     uint64_t start) {
  uint64_t begin = UINT64_MAX, end = 0;
  for (const Section *section : written) {
    begin = std::min(begin, section->address);
    end = std::max(end, section->address + section->length);
  }
  wasm::DataImage image(begin, end);
  DataFeeder feeder(ctx);
  for (const Section *section : written)
    feeder.feed(*section, image);
  OutputStream out(file, start + kSectionHeaderSize);
  image.write(out, ctx.plan.segments);
  return out.offset();
}

} // namespace

uint64_t write_data_section(Context &ctx, wasm::SectionWriter &sections, uint64_t start) {
  std::vector<const Section *> written = written_sections(ctx);
  bool is_streamed = ctx.plan.segments.choice == wasm::SegmentPolicy::Choice::kFirstGaps;
  uint64_t end = is_streamed ? stream_segments(ctx, written, sections.file(), start)
                             : write_image(ctx, written, sections.file(), start);
  sections.frame(wasm::SectionId::kData, start, end);
  return end;
}

} // namespace wald

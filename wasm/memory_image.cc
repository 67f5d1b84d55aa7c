#include "wasm/memory_image.h"

#include <algorithm>
#include <cstring>

namespace wald::wasm {

namespace {

constexpr uint64_t kPageSize = 64 << 10;
constexpr uint64_t kMostPages = 64 << 10;
// More than this no engine takes; each may cost a page of the machine's memory here.
constexpr uint64_t kMostSegments = 100'000;

template <typename... Args> llvm::Error error(const char *format, Args... args) {
  return llvm::createStringError(std::errc::invalid_argument, format, args...);
}

using Extent = MemoryImage::Extent;

// Sorted, and what touches or overlaps made one.
std::vector<Extent> merge(std::vector<Extent> extents) {
  std::sort(extents.begin(), extents.end(),
            [](const Extent &a, const Extent &b) { return a.begin < b.begin; });
  std::vector<Extent> merged;
  for (const Extent &extent : extents)
    if (!merged.empty() && extent.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, extent.end);
    else
      merged.push_back(extent);
  return merged;
}

} // namespace

llvm::Expected<MemoryImage> MemoryImage::build(const Module &module) {
  std::vector<Limits> memories;
  for (const Import &import : module.imports)
    if (import.kind == ExternKind::kMemory)
      memories.push_back(import.limits);
  memories.insert(memories.end(), module.memories.begin(), module.memories.end());
  if (memories.size() != 1)
    return error("%zu memories, where a Go program has one", memories.size());
  const Limits &limits = memories.front();
  if (limits.is_64 || limits.minimum > kMostPages)
    return error("a memory of %llu pages, where a Go program has %llu at the most",
                 (unsigned long long)limits.minimum, (unsigned long long)kMostPages);
  if (module.data.size() > kMostSegments)
    return error("%zu data segments; engines take %llu", module.data.size(),
                 (unsigned long long)kMostSegments);
  MemoryImage image;
  image.bytes_.reset(limits.minimum * kPageSize);
  for (size_t i = 0; i < module.data.size(); i++) {
    const DataSegment &segment = module.data[i];
    if (!segment.is_active)
      continue;
    if (!segment.is_constant)
      return error("data segment %zu lies at an address that is computed", i);
    if (!image.contains(segment.address, segment.contents.size()))
      return error("data segment %zu lies outside of the memory", i);
    if (segment.contents.empty())
      continue;
    std::memcpy(image.bytes_.data() + segment.address, segment.contents.data(),
                segment.contents.size());
    image.num_initialized_ += segment.contents.size();
    image.extents_.push_back({segment.address, segment.address + segment.contents.size()});
  }
  image.extents_ = merge(std::move(image.extents_));
  return image;
}

} // namespace wald::wasm

// See the header.
#include "directives/types/compiled_frame.h"

#include "directives/types/frame_accesses.h"
#include "objfile/go_abi.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

namespace wald::directives {

using objfile::AuxKind;
using objfile::Bytes;
using objfile::Object;

namespace {

constexpr uint64_t kWordSize = 8;

// The data of the n-th auxiliary entry of the kind.
std::optional<Bytes> aux_data(const Object &object, uint32_t local, AuxKind kind, uint32_t n) {
  for (objfile::AuxRecord aux : object.auxes(local)) {
    if (aux.kind() != kind || n-- != 0)
      continue;
    std::optional<uint32_t> target = object.local_index(aux.target());
    if (!aux.target().is_null() && target && *target < object.num_defs())
      return object.data(*target);
    return std::nullopt;
  }
  return std::nullopt;
}

struct FrameSizes {
  uint32_t arguments = 0, locals = 0;
};

FrameSizes frame_sizes(const Object &object, uint32_t local) {
  if (std::optional<Bytes> data = aux_data(object, local, AuxKind::kFuncInfo, 0))
    if (std::optional<objfile::FuncInfoView> info = objfile::FuncInfoView::parse(*data))
      return {info->args(), info->locals()};
  return {};
}

// A parameter or result and where it lies in the frame.
struct Placed {
  const Parameter *value;
  uint64_t offset;
  bool is_result;
};

// In order; `size` becomes that of all, in whole words.
llvm::SmallVector<Placed, 8> place_all(const FunctionTypes &types, uint64_t &size) {
  llvm::SmallVector<Placed, 8> placed;
  size = 0;
  for (bool is_result : {false, true}) {
    for (const Parameter &value : is_result ? types.results : types.params) {
      size = llvm::alignTo(size, value.type->alignment);
      placed.push_back({&value, size, is_result});
      size += value.type->size;
    }
    size = llvm::alignTo(size, kWordSize);
  }
  return placed;
}

std::string describe(const Placed &place) {
  std::string kind = place.is_result ? "result" : "parameter";
  std::string name = place.value->name.empty() ? "" : " " + place.value->name;
  return kind + name + ", " + type_text(*place.value->type);
}

bool is_pointer(GoKind kind) {
  return kind == GoKind::kPointer || kind == GoKind::kUnsafePointer || kind == GoKind::kString;
}

// What tracebacks print of the arguments (ref: EmitArgInfo in cmd/compile/internal/ssagen/ssa.go):
// offset and size of each value, at most ten, those of a string in brackets. Compared up to where
// the compiler has left something out.
class ArgInfo {
public:
  explicit ArgInfo(Bytes data) : cursor_(data) {}

  bool fits(const Placed &place) {
    bool is_string = place.value->type->kind == GoKind::kString;
    if (!is_string)
      return fits_value(place.offset, place.value->type->size);
    return fits_byte(kStartAggregate) && fits_value(place.offset, kWordSize) &&
           fits_value(place.offset + kWordSize, kWordSize) && fits_byte(kEndAggregate);
  }
  bool fits_end() { return fits_byte(kEnd); }

private:
  static constexpr uint8_t kEnd = 0xff, kStartAggregate = 0xfe, kEndAggregate = 0xfd,
                           kLeftOut = 0xfc, kFirstOperator = 0xf0;

  bool fits_byte(uint64_t wanted) {
    if (is_cut_)
      return true;
    uint8_t byte = cursor_.read<uint8_t>();
    is_cut_ = byte == kLeftOut || cursor_.failed();
    return is_cut_ || byte == wanted;
  }
  bool fits_value(uint64_t offset, uint64_t size) {
    is_cut_ |= offset >= kFirstOperator;
    return fits_byte(offset) && fits_byte(size);
  }

  objfile::Cursor cursor_;
  bool is_cut_ = false;
};

std::optional<std::string> parameter_mismatch(Bytes arg_info, llvm::ArrayRef<Placed> placed) {
  ArgInfo info(arg_info);
  for (const Placed &place : placed)
    if (!place.is_result && !info.fits(place))
      return describe(place) + ", has another type there";
  if (!info.fits_end())
    return "it has more parameters there";
  return std::nullopt;
}

// Whether a pointer lies where the compiler's bitmaps of live pointers have a bit, which reach to
// the last pointer of all parameters and results (ref: emit in cmd/compile/internal/liveness).
bool fits_pointers(Bytes maps, llvm::ArrayRef<Placed> placed) {
  objfile::Cursor cursor(maps);
  uint32_t num_maps = cursor.read<uint32_t>(), num_bits = cursor.read<uint32_t>();
  if (cursor.failed() || num_bits > kLargestExportFrame)
    return false;
  uint64_t end = 0, named_end = 0; // what has no name need not be in the bitmaps
  llvm::BitVector words(num_bits);
  for (const Placed &place : placed)
    if (is_pointer(place.value->type->kind)) {
      end = place.offset / kWordSize + 1;
      if (!place.value->name.empty() && place.value->name != "_")
        named_end = end;
      if (end <= num_bits)
        words.set(end - 1);
    }
  if (num_bits > end || num_bits < named_end)
    return false;
  for (uint32_t i = 0; i < num_maps && !cursor.failed(); i++)
    for (uint32_t bit = 0, bits = 0; bit < num_bits; bit++) {
      bits = bit % 8 == 0 ? cursor.read<uint8_t>() : bits >> 1;
      if (bits & 1 && !words[bit])
        return false;
    }
  return true;
}

bool is_float(GoKind kind) {
  return kind == GoKind::kFloat32 || kind == GoKind::kFloat64;
}

} // namespace

std::optional<std::string> frame_mismatch(const Object &object, uint32_t local,
                                          const FunctionTypes &types) {
  uint64_t size;
  llvm::SmallVector<Placed, 8> placed = place_all(types, size);
  if (uint64_t said = frame_sizes(object, local).arguments; said != size)
    return std::to_string(size) + " bytes of parameters and results, not " + std::to_string(said);
  if (std::optional<Bytes> info =
          aux_data(object, local, AuxKind::kFuncdata, objfile::funcdata::kArgInfo))
    if (std::optional<std::string> mismatch = parameter_mismatch(*info, placed))
      return mismatch;
  if (std::optional<Bytes> maps =
          aux_data(object, local, AuxKind::kFuncdata, objfile::funcdata::kArgsMaps))
    if (!fits_pointers(*maps, placed))
      return "its pointers lie elsewhere there";
  return std::nullopt;
}

std::optional<std::string> code_mismatch(const Object &object, uint32_t local,
                                         const FunctionTypes &types) {
  // After the function's own frame comes the return address.
  uint64_t begin = frame_sizes(object, local).locals + kWordSize, size;
  std::vector<FrameAccess> accesses = frame_accesses(object, local);
  for (const Placed &place : place_all(types, size)) {
    bool has_float = false, has_other = false;
    for (const FrameAccess &access : accesses)
      if (access.offset == begin + place.offset && access.size == place.value->type->size)
        (access.is_float ? has_float : has_other) = true;
    bool is_wrong =
        is_float(place.value->type->kind) ? has_other && !has_float : has_float && !has_other;
    if (is_wrong)
      return describe(place) + ", is " + (has_float ? "a" : "no") + " floating-point number there";
  }
  return std::nullopt;
}

} // namespace wald::directives

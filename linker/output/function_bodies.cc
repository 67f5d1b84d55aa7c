#include "linker/output/function_bodies.h"

#include "objfile/support/leb128.h"
#include "objfile/system/clock.h"

#include <mutex>

namespace wald {

namespace {

using wasm::OutputStream;

constexpr uint8_t kBuildIdBody[] = {0x00, 0x41, 0x00, 0x0b}; // no locals, i32.const 0

// Code lies scattered over all inputs, so that of the functions after number `i` is fetched ahead:
// in two steps, for where it is must be read first.
void prefetch_code_after(const Context &ctx, uint64_t i) {
  constexpr uint64_t kIndexAhead = 6, kCodeAhead = 2;
  if (i + kIndexAhead >= ctx.text.size())
    return; // of the last few nothing is
  if (Definition def = definition(ctx, ctx.text[i + kIndexAhead]); !def.is_owned())
    ctx.objects[def.object]->obj.prefetch_function(def.local);
  if (Definition def = definition(ctx, ctx.text[i + kCodeAhead]); !def.is_owned())
    ctx.objects[def.object]->obj.prefetch_code(def.local);
}

class CompiledBodies final : public FunctionBodies {
public:
  CompiledBodies(Context &ctx, const ModulePlan &plan)
      : ctx_(ctx), relocator_(ctx, plan), has_build_id_(ctx.plan.has_build_id()) {}

  uint64_t functions_per_part() const override { return (ctx_.text.size() + 1) / 2; }

  CodePart measure(uint64_t begin, uint64_t end) const override {
    uint64_t total = 0;
    for (uint64_t i = begin; i < end; i++) {
      uint64_t size = is_build_id(i) ? sizeof kBuildIdBody : relocator_.body_size(ctx_.text[i]);
      total += wasm::uleb_size(size) + size;
    }
    return {begin, end, total, {}};
  }

  void write(const CodePart &part, OutputStream &out) const override {
    std::vector<uint8_t> large;
    for (uint64_t i = part.begin; i < part.end; i++) {
      if (is_build_id(i)) {
        out.write_uleb(sizeof kBuildIdBody);
        out.write(kBuildIdBody);
        continue;
      }
      prefetch_code_after(ctx_, i);
      SymbolView function(ctx_, ctx_.text[i]);
      uint64_t room = wasm::kMaxLebSize + CodeRelocator::largest_body_size(function);
      if (room <= OutputStream::kMostReserved) {
        out.advance(write_entry(function, out.reserve(room)));
      } else {
        large.resize(room);
        uint8_t *end = write_entry(function, large.data());
        out.write({large.data(), end});
      }
    }
  }

private:
  bool is_build_id(uint64_t i) const { return i == 0 && has_build_id_; }

  // Where the body begins depends on how long it is; a wrong guess costs a move.
  uint8_t *write_entry(const SymbolView &function, uint8_t *at) const {
    unsigned guess = wasm::uleb_size(function.size() + function.size() / 4);
    uint8_t *begin = at + guess;
    uint8_t *end = relocator_.write_body(function, begin);
    uint64_t size = end - begin;
    uint8_t *body = wasm::write_uleb(at, size);
    if (body == begin) [[likely]]
      return end;
    // write_uleb may have overwritten the body's first byte.
    if (body > begin)
      end = relocator_.write_body(function, body);
    else
      std::memmove(body, begin, size);
    return body + size;
  }

  Context &ctx_;
  CodeRelocator relocator_;
  bool has_build_id_;
};

class TransformedBodies final : public FunctionBodies {
public:
  TransformedBodies(Context &ctx, const ModulePlan &plan, BodyTransform &transform)
      : ctx_(ctx), transform_(transform), relocator_(ctx, plan) {}
  ~TransformedBodies() override { ctx_.bodies_cpu_ns += cpu_ns_; }

  // Some take much longer than others.
  uint64_t functions_per_part() const override { return 256; }

  CodePart measure(uint64_t begin, uint64_t end) const override {
    CodePart part = {begin, end, 0, {}};
    make_bodies(begin, end, [&](Bytes body) {
      uint8_t size[wasm::kMaxLebSize];
      part.entries.insert(part.entries.end(), size, wasm::write_uleb(size, body.size()));
      part.entries.insert(part.entries.end(), body.begin(), body.end());
    });
    part.size = part.entries.size();
    return part;
  }

  void write(const CodePart &part, OutputStream &out) const override {
    if (part.size)
      return out.write(part.entries);
    make_bodies(part.begin, part.end, [&](Bytes body) {
      out.write_uleb(body.size());
      out.write(body);
    });
  }

private:
  struct Workshop {
    std::unique_ptr<BodyTransform::Worker> worker;
    std::vector<Operand> operands;
    std::vector<uint8_t> body;
  };

  // One for each thread that is at work, with its memory.
  Workshop take_workshop() const {
    std::lock_guard lock(mutex_);
    if (idle_.empty())
      return {transform_.make_worker(), {}, {}};
    Workshop workshop = std::move(idle_.back());
    idle_.pop_back();
    return workshop;
  }
  void give_back(Workshop workshop, uint64_t cpu_ns) const {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workshop));
    cpu_ns_ += cpu_ns;
  }

  // fn(body) for each function of the part, in order.
  template <typename Fn> void make_bodies(uint64_t begin, uint64_t end, Fn fn) const {
    uint64_t start_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
    Workshop workshop = take_workshop();
    for (uint64_t i = begin; i < end; i++) {
      if (i == 0 && ctx_.plan.has_build_id()) {
        fn(kBuildIdBody);
        continue;
      }
      prefetch_code_after(ctx_, i);
      SymbolView function(ctx_, ctx_.text[i]);
      if (!relocator_.list_operands(function, workshop.operands))
        continue;
      workshop.body.clear();
      workshop.worker->append_body({uint32_t(i), ctx_.text[i], function.data(), workshop.operands},
                                   workshop.body);
      fn(workshop.body);
    }
    give_back(std::move(workshop), read_clock(CLOCK_THREAD_CPUTIME_ID) - start_ns);
  }

  Context &ctx_;
  BodyTransform &transform_;
  CodeRelocator relocator_;
  mutable std::mutex mutex_;
  mutable std::vector<Workshop> idle_;
  mutable uint64_t cpu_ns_ = 0;
};

} // namespace

void append_compiled_body(const CompiledFunction &function, std::vector<uint8_t> &bytes) {
  uint32_t copied = 0;
  auto copy_up_to = [&](uint32_t end) {
    Bytes piece = function.code.slice(copied, end - copied);
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    copied = end;
  };
  for (const Operand &operand : function.operands) {
    copy_up_to(operand.offset);
    uint8_t number[wasm::kMaxLebSize];
    bytes.insert(bytes.end(), number, wasm::write_sleb(number, operand.value));
  }
  copy_up_to(function.code.size());
}

std::unique_ptr<FunctionBodies> make_function_bodies(Context &ctx, const ModulePlan &plan) {
  if (ctx.bodies)
    return std::make_unique<TransformedBodies>(ctx, plan, *ctx.bodies);
  return std::make_unique<CompiledBodies>(ctx, plan);
}

} // namespace wald

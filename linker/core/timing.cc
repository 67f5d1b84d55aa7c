#include "linker/core/timing.h"

#include "linker/core/context.h"
#include "objfile/system/clock.h"
#include "objfile/system/text_file.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

// Objects remember the first broken reference that a pass met; it becomes an error here.
void report_faults(Context &ctx) {
  for (const auto &object : ctx.objects)
    if (std::optional<objfile::Object::Fault> fault = object->obj.fault())
      ctx.diag.error(object->name + ": broken object file: " + fault->what,
                     {"at offset " + std::to_string(fault->payload_offset) + " of its tables"});
}

} // namespace

void PassTimes::run(Context &ctx, const char *name, void (*fn)(Context &)) {
  if (!ctx.ok())
    return;
  run_always(ctx, name, fn);
  if (ctx.ok())
    report_faults(ctx);
  if (ctx.ok())
    num_completed_ = passes_.size();
}

void PassTimes::run_always(Context &ctx, const char *name, void (*fn)(Context &)) {
  uint64_t wall = read_clock(CLOCK_MONOTONIC), cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  fn(ctx);
  passes_.push_back(
      {name, wall, read_clock(CLOCK_MONOTONIC) - wall, read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu});
  if (ctx.options.verbosity > 0)
    llvm::errs() << "wald: " << name
                 << llvm::format(": %.3f ms\n", double(passes_.back().wall_ns) / 1e6);
}

bool PassTimes::has_completed(llvm::StringRef name) const {
  for (size_t i = 0; i < num_completed_; i++)
    if (passes_[i].name == name)
      return true;
  return false;
}

void PassTimes::print_stats(const Context &ctx) const {
  llvm::raw_ostream &out = llvm::errs();
  uint64_t num_reachable = 0;
  for (uint32_t n = 1; n < ctx.capacity; n++)
    num_reachable += bool(ctx.attributes[n] & kReachable);
  out << llvm::format("%-24s %9s %9s\n", static_cast<const char *>("pass"),
                      static_cast<const char *>("wall ms"), static_cast<const char *>("cpu ms"));
  uint64_t wall = 0, cpu = 0;
  auto print = [&](const std::string &name, uint64_t wall_ns, uint64_t cpu_ns) {
    out << llvm::format("%-24s %9.3f %9.3f\n", name.c_str(), wall_ns / 1e6, cpu_ns / 1e6);
  };
  auto task = ctx.helper.tasks().begin(), end = ctx.helper.tasks().end();
  for (const Pass &pass : passes_) {
    print(pass.name, pass.wall_ns, pass.cpu_ns);
    // Under the pass that started them, whose time has them only as far as it waited.
    for (; task != end && task->asked_ns < pass.start_ns + pass.wall_ns; ++task)
      print(std::string("  | ") + task->name, task->wall_ns, task->cpu_ns);
    wall += pass.wall_ns;
    cpu += pass.cpu_ns;
  }
  print("total", wall, cpu);
  uint64_t symdefs = 0, hashed64 = 0, hashed = 0, nonpkg = 0, refs = 0;
  for (const auto &object : ctx.objects) {
    symdefs += object->obj.num_symdefs();
    hashed64 += object->obj.num_hashed64_defs();
    hashed += object->obj.num_hashed_defs();
    nonpkg += object->obj.num_nonpkg_defs();
    refs += object->obj.num_nonpkg_refs();
  }
  out << "definitions: package " << symdefs << ", hashed64 " << hashed64 << ", hashed " << hashed
      << ", by name " << nonpkg << "; references by name " << refs << '\n';
  out << "packages " << ctx.libraries.size() << ", objects " << ctx.objects.size()
      << ", definitions " << ctx.num_positional << ", reachable " << num_reachable << ", functions "
      << ctx.text.size() << '\n';
}

std::string PassTimes::write_trace(const Context &ctx, const std::string &path) const {
  llvm::json::Array events;
  auto add = [&](int thread, const char *name, uint64_t start_ns, uint64_t wall_ns) {
    events.push_back(
        llvm::json::Object{{"name", name},
                           {"ph", "X"},
                           {"pid", 1},
                           {"tid", thread},
                           {"ts", double(int64_t(start_ns - passes_.front().start_ns)) / 1e3},
                           {"dur", wall_ns / 1e3}});
  };
  for (const Pass &pass : passes_)
    add(1, pass.name, pass.start_ns, pass.wall_ns);
  // What did not run beside ran within a pass.
  for (const Helper::Task &task : ctx.helper.tasks())
    add(task.is_beside ? 2 : 1, task.name, task.start_ns, task.wall_ns);
  return write_text_file(path, [&](llvm::raw_ostream &out) {
    out << llvm::json::Value(llvm::json::Object{{"traceEvents", std::move(events)}}) << '\n';
  });
}

} // namespace wald

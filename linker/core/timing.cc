#include "linker/core/timing.h"

#include "linker/core/context.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>

namespace wald {

namespace {

uint64_t now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

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
  uint64_t wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  fn(ctx);
  passes_.push_back({name, wall, now(CLOCK_MONOTONIC) - wall, now(CLOCK_PROCESS_CPUTIME_ID) - cpu});
  if (ctx.ok())
    report_faults(ctx);
}

void PassTimes::print_stats(const Context &ctx) const {
  llvm::raw_ostream &out = llvm::errs();
  uint64_t num_reachable = 0;
  for (uint32_t n = 1; n < ctx.capacity; n++)
    num_reachable += bool(ctx.attributes[n] & kReachable);
  out << llvm::format("%-24s %9s %9s\n", static_cast<const char *>("pass"),
                      static_cast<const char *>("wall ms"), static_cast<const char *>("cpu ms"));
  uint64_t wall = 0, cpu = 0;
  for (const Pass &pass : passes_) {
    out << llvm::format("%-24s %9.3f %9.3f\n", pass.name, pass.wall_ns / 1e6, pass.cpu_ns / 1e6);
    wall += pass.wall_ns;
    cpu += pass.cpu_ns;
  }
  out << llvm::format("%-24s %9.3f %9.3f\n", static_cast<const char *>("total"), wall / 1e6,
                      cpu / 1e6);
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

std::string PassTimes::write_trace(const std::string &path) const {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (error)
    return "cannot write " + path + ": " + error.message();
  llvm::json::Array events;
  for (const Pass &pass : passes_)
    events.push_back(llvm::json::Object{{"name", pass.name},
                                        {"ph", "X"},
                                        {"pid", 1},
                                        {"tid", 1},
                                        {"ts", (pass.start_ns - passes_.front().start_ns) / 1e3},
                                        {"dur", pass.wall_ns / 1e3}});
  out << llvm::json::Value(llvm::json::Object{{"traceEvents", std::move(events)}}) << '\n';
  out.close();
  error = out.error();
  out.clear_error(); // else the stream's end would be the process's
  return error ? "cannot write " + path + ": " + error.message() : "";
}

} // namespace wald

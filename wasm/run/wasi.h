// The functions of WASI preview 1 that a program run by `wald run` can import.
//
// Model: a Wasi object is the state of one guest process (arguments, environment, open files).
// A function is looked up by its import name and called with raw arguments and a view of the
// guest's memory; this layer knows nothing of the interpreter. Everything the guest passes is
// hostile: each pointer is checked against the memory, and a path never leaves the directory it is
// relative to.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wald::wasm {

// Numbers of the errno type of preview 1; those that the implementation names itself.
enum class WasiErrno : uint16_t {
  success = 0,
  again = 6,
  badf = 8,
  exist = 20,
  fault = 21,
  inval = 28,
  io = 29,
  isdir = 31,
  loop = 32,
  nametoolong = 37,
  noent = 44,
  nosys = 52,
  notdir = 54,
  notsup = 58,
  overflow = 61,
  notcapable = 76,
};

// The guest's memory during one call; it may move between calls.
struct GuestMemory {
  uint8_t *data = nullptr;
  uint64_t size_bytes = 0;

  // The bytes at `address`, or null when any of them is outside.
  uint8_t *at(uint64_t address, uint64_t length) const {
    return address <= size_bytes && length <= size_bytes - address ? data + address : nullptr;
  }
};

struct WasiConfig {
  struct Preopen {
    std::string host_path;
    std::string guest_path;
  };
  std::vector<std::string> args; // the first is the program's name
  std::vector<std::string> env;  // NAME=VALUE
  std::vector<Preopen> preopens;
};

class Wasi;
struct WasiCall;

struct WasiFunction {
  const char *name;
  const char *params; // one character each: 'i' for i32, 'I' for i64
  WasiErrno (*run)(Wasi &wasi, const WasiCall &call);
  // proc_exit is the only function without a result.
  bool has_result() const { return llvm::StringRef(name) != "proc_exit"; }
};

class Wasi {
public:
  static constexpr const char *kModuleName = "wasi_snapshot_preview1";

  static llvm::Expected<std::unique_ptr<Wasi>> create(WasiConfig config);
  ~Wasi();

  // Null when preview 1 has no such function.
  static const WasiFunction *find_function(llvm::StringRef name);

  // Returns the errno; `args` must have as many values as the function has parameters. After
  // proc_exit, exit_code() is set and the caller must stop the guest.
  WasiErrno call(const WasiFunction &function, GuestMemory memory, llvm::ArrayRef<uint64_t> args);
  std::optional<uint32_t> exit_code() const { return exit_code_; }

  struct FileTable;

  const WasiConfig &config() const { return config_; }
  FileTable &files() { return *files_; }
  void set_exit_code(uint32_t code) { exit_code_ = code; }

private:
  explicit Wasi(WasiConfig config);

  WasiConfig config_;
  std::unique_ptr<FileTable> files_;
  std::optional<uint32_t> exit_code_;
};

} // namespace wald::wasm

// The file a link writes. It appears whole under its name or not at all: everything goes to a
// temporary file beside it, which commit() renames and the destructor removes.
//
// What the reference writes into instead of replacing it keeps its identity here, too: devices and
// pipes, files that the folder does not let go, and those behind a symbolic link that somebody else
// owns or that have other names. Everything is then collected in an unnamed file and copied by
// commit(), which signals do not interrupt where it changes a file. A file behind a symbolic link
// that is the user's alone is replaced where it is; it keeps its permissions.
#pragma once

#include "objfile/system/temporary_file.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>

namespace wald::wasm {

// Permissions of a new file, less the umask; those of a program are the reference's for its output.
inline constexpr unsigned kProgramFile = 0775, kPlainFile = 0666;

class OutputFile {
public:
  // Fails where the reference would: no such folder, no permission, a folder of that name.
  static llvm::Expected<OutputFile> create(llvm::StringRef path, unsigned mode = kProgramFile);

  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;
  ~OutputFile();

  // Writes at an offset; errors are kept for commit(). Different ranges may come from different
  // threads.
  void write(uint64_t offset, llvm::ArrayRef<uint8_t> bytes);
  bool failed() const;
  // Moves what has been written to a place further to the front.
  void move_up(uint64_t from, uint64_t to, uint64_t size);
  // Takes other contents in the place of all that has been written.
  void replace(llvm::ArrayRef<uint8_t> bytes);

  // Calls fn with all that has been written, as it is on the disk now.
  llvm::Error read_back(llvm::function_ref<void(llvm::ArrayRef<uint8_t>)> fn) const;

  // Gives the file its name. The first error of any write, if there was one.
  llvm::Error commit();

private:
  OutputFile() = default;
  int open_unnamed();
  int copy_to_target();
  int replace_target();
  void fail(int error);

  unsigned mode_ = kProgramFile;
  std::string name_;
  std::string target_;                       // where symbolic links lead from there
  std::unique_ptr<TemporaryFile> temporary_; // has no name where the target is written into
  int fd_ = -1;
  mutable int first_error_ = 0;
};

// Writes a whole file.
llvm::Error write_plain_file(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes);

// A part of an output file that is written from front to back through a buffer. Whole blocks of the
// file are written at once: the kernel then keeps each in one piece, which takes it a third less
// time.
class OutputStream {
public:
  static constexpr size_t kMostReserved = 64 << 10;

  OutputStream(OutputFile &file, uint64_t offset)
      : file_(file), offset_(offset), buffer_(new uint8_t[kBlock + kMostReserved]) {}
  ~OutputStream() { flush(); }
  OutputStream(const OutputStream &) = delete;
  OutputStream &operator=(const OutputStream &) = delete;

  // Room for up to kMostReserved bytes; advance() says how many were used.
  uint8_t *reserve(size_t size) {
    if (used_ + size > kBlock + kMostReserved)
      flush_blocks();
    return buffer_.get() + used_;
  }
  void advance(uint8_t *end) { used_ = end - buffer_.get(); }

  void write(llvm::ArrayRef<uint8_t> bytes);
  void write_byte(uint8_t byte) {
    uint8_t *at = reserve(1);
    *at = byte;
    used_++;
  }
  void write_uleb(uint64_t value);
  void write_sleb(int64_t value);
  void write_name(llvm::StringRef name); // length and bytes
  void flush();

  uint64_t offset() const { return offset_ + used_; } // in the file, of the next byte

private:
  static constexpr size_t kBlock = 128 << 10;
  void flush_blocks(); // keeps less than a block

  OutputFile &file_;
  uint64_t offset_;
  size_t used_ = 0;
  std::unique_ptr<uint8_t[]> buffer_;
};

} // namespace wald::wasm

#include "wald/go_command.h"

#include "linker/command_line/go_flags.h"
#include "objfile/support/quoted_words.h"
#include "objfile/system/process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/LineIterator.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace wald {

using llvm::StringRef;

namespace {

// Where `go env -w` writes: GOENV, or go/env in the user's folder for configuration. Empty if there
// is no such place.
std::string go_env_path() {
  std::string path = environment_value("GOENV");
  if (path == "off")
    return "";
  if (!path.empty())
    return path;
  if (std::string config = environment_value("XDG_CONFIG_HOME"); !config.empty())
    return config + "/go/env";
  std::string home = environment_value("HOME");
  return home.empty() ? "" : home + "/.config/go/env";
}

// What `go env -w` set, or nothing: lines NAME=VALUE.
std::string go_env_file_value(StringRef name) {
  std::string path = go_env_path();
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file =
      path.empty() ? std::make_error_code(std::errc::no_such_file_or_directory)
                   : read_disk_file(path);
  if (!file)
    return "";
  std::string value;
  for (llvm::line_iterator line(**file); !line.is_at_end(); ++line) {
    auto [key, text] = line->split('=');
    if (key == name)
      value = text.trim("\r").str();
  }
  return value;
}

// A setting of the go command, as it takes it: from the environment, else from `go env -w`.
std::string go_setting(const char *name) {
  std::string value = environment_value(name);
  return value.empty() ? go_env_file_value(name) : value;
}

constexpr char kComponentAdvice[] =
    "a component for WASI 0.2 is made from a module for wasip1 by other tools: wald build "
    "-buildmode=c-shared, then wasm-tools component new --adapt with "
    "wasi_snapshot_preview1.reactor.wasm, an adapter that comes with wasmtime";

} // namespace

// A variable that names another target is more likely a mistake than a wish, and which of the two
// systems would be meant cannot be known, so it is an error and not overridden.
bool set_wasm_target() {
  std::string goos = environment_value("GOOS"), goarch = environment_value("GOARCH");
  if (!goarch.empty() && goarch != "wasm") {
    report_error("GOARCH=" + goarch + ": wald builds for GOARCH=wasm only", {"unset GOARCH"});
    return false;
  }
  if (!goos.empty() && goos != "wasip1" && goos != "js") {
    // Other compilers have these names.
    bool is_later_wasi = StringRef(goos).starts_with("wasi") || goos == "wasm";
    std::vector<std::string> notes = {
        "Go's targets for WebAssembly are GOOS=wasip1 and GOOS=js; unset GOOS for wasip1"};
    if (is_later_wasi)
      notes.push_back(kComponentAdvice);
    report_error("GOOS=" + goos +
                     (is_later_wasi ? ": Go has no such target" : " has no WebAssembly"),
                 notes);
    return false;
  }
  // Set for all builds, another system than these is no wish for this one.
  if (goos.empty() && go_env_file_value("GOOS") == "js")
    goos = "js";
  ::setenv("GOARCH", "wasm", /*overwrite=*/1);
  ::setenv("GOOS", goos.empty() ? "wasip1" : goos.c_str(), /*overwrite=*/1);
  return true;
}

std::optional<std::string> go_flag_value(llvm::ArrayRef<std::string> go_words, StringRef name) {
  auto value_in = [](StringRef word) {
    return word.contains('=') ? word.split('=').second.str() : "true";
  };
  std::optional<std::string> value;
  while (!go_words.empty() && !is_go_flag(go_words[0], "args")) {
    size_t size = size_of_go_flag(go_words);
    if (is_go_flag(go_words[0], name))
      value = size == 2 ? go_words[1] : value_in(go_words[0]);
    go_words = go_words.drop_front(size);
  }
  if (value)
    return value;
  char open_quote;
  std::string go_flags = go_setting("GOFLAGS");
  for (StringRef word : split_quoted_words(go_flags, open_quote))
    if (is_go_flag(word, name))
      value = value_in(word);
  return value;
}

bool has_go_flag(llvm::ArrayRef<std::string> go_words, StringRef name) {
  return go_flag_value(go_words, name).has_value();
}

size_t size_of_directory_flag(llvm::ArrayRef<std::string> go_words) {
  if (go_words.empty() || !is_go_flag(go_words[0], "C"))
    return 0;
  return StringRef(go_words[0]).contains('=') ? 1 : std::min<size_t>(2, go_words.size());
}

} // namespace wald

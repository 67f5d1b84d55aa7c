// A program of a few bytes that really links: a fake runtime with just what the linker asks for,
// and a main package, both from YAML. Tests add packages, or break something, and look at what a
// link says and leaves behind.
#pragma once

#include "fake_objects.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/link.h"
#include "object_files.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace wald::test {

class FakeProgram {
public:
  explicit FakeProgram(int minor)
      : version_("go1." + std::to_string(minor) + ".1"), folder_(make_folder()) {
    set_package("runtime", kFakeRuntime);
    set_package("main", kFakeMain);
    options.main_archive = path("main.a");
    options.output = path("out/program.wasm");
    options.have_importcfg = true;
    options.importcfg = "importcfg";
    options.goos = "wasip1";
    options.build_id = "id";
    mkdir(path("out").c_str(), 0777);
  }
  ~FakeProgram() { llvm::sys::fs::remove_directories(folder_); }
  FakeProgram(const FakeProgram &) = delete;
  FakeProgram &operator=(const FakeProgram &) = delete;

  std::string path(const std::string &name) const { return folder_ + "/" + name; }
  const std::string &version() const { return version_; }

  // Compiles the YAML, FUNCINFO(LINE) and FUNCINFO replaced, into NAME.a, which becomes the
  // package's file.
  void set_package(const std::string &name, llvm::StringRef yaml) {
    std::string text = "members: [ { name: _go_.o, data: '" +
                       llvm::toHex(compile(yaml), /*LowerCase=*/true) + "' } ]";
    llvm::Expected<std::vector<uint8_t>> archive = objfile::archive_from_yaml(text);
    if (!archive) {
      ADD_FAILURE() << llvm::toString(archive.takeError());
      return;
    }
    set_file(name, objfile::to_string(*archive).str());
  }

  // The package's file gets these bytes, whatever they are.
  void set_file(const std::string &name, const std::string &bytes) {
    std::ofstream(path(name + ".a"), std::ios::binary) << bytes;
    files_[name] = path(name + ".a");
  }
  // The package lies in the file of another one.
  void set_same_file(const std::string &name, const std::string &other) {
    files_[name] = files_.at(other);
  }
  std::string file(const std::string &name) const { return read(files_.at(name)); }
  // No packagefile line for it any more.
  void forget_package(const std::string &name) { files_.erase(name); }

  // With all packages, for those who run passes themselves.
  const LinkOptions &complete_options() {
    options.package_files.assign(files_.begin(), files_.end());
    return options;
  }

  // Links; what was said is in `messages`.
  LinkStatus link() {
    complete_options();
    testing::internal::CaptureStderr();
    LinkResult result = wald::link(options);
    messages = testing::internal::GetCapturedStderr();
    hand_over_reason = result.hand_over_reason;
    // Paths of this run mean nothing to a test.
    for (size_t at; (at = messages.find(folder_ + "/")) != std::string::npos;)
      messages.erase(at, folder_.size() + 1);
    return result.status;
  }

  using Pass = void (*)(Context &);
  // Runs these passes after those up to check_linknames, for looking at what they leave behind.
  Context &run(llvm::ArrayRef<Pass> passes) {
    options.package_files.assign(files_.begin(), files_.end());
    context_ = std::make_unique<Context>(options);
    for (Pass pass :
         {load_packages, plan_output, make_export_wrappers, resolve_symbols, check_linknames})
      if (context_->ok())
        pass(*context_);
    for (Pass pass : passes)
      if (context_->ok())
        pass(*context_);
    EXPECT_TRUE(context_->diag.checkpoint());
    return *context_;
  }
  // Everything before layout, in the order of link.cc.
  Context &run_up_to(Pass last) {
    std::vector<Pass> passes = {
        order_init_tasks,  mark_live_symbols,    prune_map_inits,   set_linker_variables,
        set_string_values, collect_data_symbols, order_functions,   assign_func_indices,
        build_type_links,  build_build_info,     collect_functions, list_imports,
        build_pclntab,     check_directives,     build_module_data, lay_out_data};
    passes.erase(std::next(llvm::find(passes, last)), passes.end());
    return run(passes);
  }

  // As link(), for links that must fail: without an output and over an earlier one. Nothing may
  // change in the output folder.
  LinkStatus link_in_vain() {
    LinkStatus status = link();
    EXPECT_EQ(output_files(), std::vector<std::string>()) << "left behind";
    write_output("old");
    EXPECT_EQ(link(), status);
    EXPECT_EQ(output_files(), std::vector<std::string>{"program.wasm"}) << "left behind";
    EXPECT_EQ(output(), "old");
    unlink(options.output.c_str());
    return status;
  }

  void write_output(const std::string &bytes) const {
    std::ofstream(options.output, std::ios::binary) << bytes;
  }
  std::string output() const { return read(options.output); }
  std::vector<std::string> output_files() const {
    std::vector<std::string> names;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(path("out"), error), end; !error && it != end;
         it.increment(error))
      names.push_back(it->path().substr(path("out/").size()));
    return names;
  }

  LinkOptions options;
  std::string messages, hand_over_reason;

private:
  static std::string make_folder() {
    std::string name = testing::TempDir() + "wald-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    return name;
  }

  static std::string read(const std::string &name) {
    std::stringstream text;
    text << std::ifstream(name, std::ios::binary).rdbuf();
    return text.str();
  }

  std::vector<uint8_t> compile(llvm::StringRef yaml) const {
    return object_bytes(complete_yaml(yaml, version_));
  }

  std::unique_ptr<Context> context_;
  std::string version_, folder_;
  std::map<std::string, std::string> files_; // by import path
};

} // namespace wald::test

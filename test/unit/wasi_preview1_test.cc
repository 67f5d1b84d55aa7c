// The table of WASI functions: look-up, spelling, and agreement with the interpreter's own.
// engines/wasi_preview1_test.py proves the signatures.
#include "directives/contracts/wasi_preview1.h"

#include "wasm/run/wasi.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

namespace wald::directives {
namespace {

TEST(WasiPreview1, IsSortedAndNamesEveryParameter) {
  llvm::ArrayRef<WasiPreview1Function> functions = wasi_preview1_functions();
  EXPECT_EQ(functions.size(), 46u);
  EXPECT_TRUE(
      llvm::is_sorted(functions, [](const auto &a, const auto &b) { return a.name < b.name; }));
  for (const WasiPreview1Function &function : functions) {
    size_t names = function.param_names.empty() ? 0 : function.param_names.count(' ') + 1;
    EXPECT_EQ(function.params.size(), names) << function.name.str();
  }
}

TEST(WasiPreview1, AgreesWithWhatTheInterpreterImplements) {
  for (const WasiPreview1Function &function : wasi_preview1_functions()) {
    const wasm::WasiFunction *implemented = wasm::Wasi::find_function(function.name);
    ASSERT_NE(implemented, nullptr) << function.name.str();
    EXPECT_EQ(function.params, implemented->params) << function.name.str();
    EXPECT_EQ(!function.result_types().empty(), implemented->has_result()) << function.name.str();
  }
}

TEST(WasiPreview1, FindsByName) {
  EXPECT_EQ(find_wasi_preview1("fd_write")->params, "iiii");
  EXPECT_EQ(find_wasi_preview1("args_get")->name, "args_get");
  EXPECT_EQ(find_wasi_preview1("sock_shutdown")->name, "sock_shutdown");
  EXPECT_EQ(find_wasi_preview1("fd_writ"), nullptr);
  EXPECT_EQ(find_wasi_preview1(""), nullptr);
  EXPECT_EQ(find_wasi_preview1("zz"), nullptr);
}

TEST(WasiPreview1, SuggestsWhatAMisspeltNameMeans) {
  EXPECT_EQ(nearest_wasi_preview1("fd_wirte")->name, "fd_write");
  EXPECT_EQ(nearest_wasi_preview1("random_gt")->name, "random_get");
  EXPECT_EQ(nearest_wasi_preview1("Sched_Yield")->name, "sched_yield");
  EXPECT_EQ(nearest_wasi_preview1("completely_else"), nullptr);
  EXPECT_EQ(nearest_wasi_preview1("x"), nullptr);
  EXPECT_EQ(nearest_wasi_preview1(std::string(1000000, 'a')), nullptr);
}

TEST(WasiPreview1, SpellsSignatures) {
  EXPECT_EQ(find_wasi_preview1("fd_seek")->text(),
            "fd_seek(fd i32, offset i64, whence i32, newoffset i32) -> (i32)");
  EXPECT_EQ(find_wasi_preview1("sched_yield")->text(), "sched_yield() -> (i32)");
  EXPECT_EQ(find_wasi_preview1("proc_exit")->text(), "proc_exit(rval i32) -> ()");
}

} // namespace
} // namespace wald::directives

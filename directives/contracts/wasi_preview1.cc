#include "directives/contracts/wasi_preview1.h"

#include "objfile/support/similar_names.h"

#include <algorithm>

namespace wald::directives {

namespace {

// test/engines/wasi_preview1_test.py reads these lines and proves them against wasmtime and node.
constexpr WasiPreview1Function kFunctions[] = {
    {"args_get", "ii", "argv argv_buf"},
    {"args_sizes_get", "ii", "argc argv_buf_size"},
    {"clock_res_get", "ii", "id resolution"},
    {"clock_time_get", "iIi", "id precision time"},
    {"environ_get", "ii", "environ environ_buf"},
    {"environ_sizes_get", "ii", "environ_count environ_buf_size"},
    {"fd_advise", "iIIi", "fd offset len advice"},
    {"fd_allocate", "iII", "fd offset len"},
    {"fd_close", "i", "fd"},
    {"fd_datasync", "i", "fd"},
    {"fd_fdstat_get", "ii", "fd stat"},
    {"fd_fdstat_set_flags", "ii", "fd flags"},
    {"fd_fdstat_set_rights", "iII", "fd rights_base rights_inheriting"},
    {"fd_filestat_get", "ii", "fd stat"},
    {"fd_filestat_set_size", "iI", "fd size"},
    {"fd_filestat_set_times", "iIIi", "fd atim mtim fst_flags"},
    {"fd_pread", "iiiIi", "fd iovs iovs_len offset nread"},
    {"fd_prestat_dir_name", "iii", "fd path path_len"},
    {"fd_prestat_get", "ii", "fd prestat"},
    {"fd_pwrite", "iiiIi", "fd iovs iovs_len offset nwritten"},
    {"fd_read", "iiii", "fd iovs iovs_len nread"},
    {"fd_readdir", "iiiIi", "fd buf buf_len cookie bufused"},
    {"fd_renumber", "ii", "fd to"},
    {"fd_seek", "iIii", "fd offset whence newoffset"},
    {"fd_sync", "i", "fd"},
    {"fd_tell", "ii", "fd offset"},
    {"fd_write", "iiii", "fd iovs iovs_len nwritten"},
    {"path_create_directory", "iii", "fd path path_len"},
    {"path_filestat_get", "iiiii", "fd flags path path_len stat"},
    {"path_filestat_set_times", "iiiiIIi", "fd flags path path_len atim mtim fst_flags"},
    {"path_link", "iiiiiii", "old_fd old_flags old_path old_path_len new_fd new_path new_path_len"},
    {"path_open", "iiiiiIIii",
     "fd dirflags path path_len oflags rights_base rights_inheriting fdflags opened_fd"},
    {"path_readlink", "iiiiii", "fd path path_len buf buf_len bufused"},
    {"path_remove_directory", "iii", "fd path path_len"},
    {"path_rename", "iiiiii", "fd old_path old_path_len new_fd new_path new_path_len"},
    {"path_symlink", "iiiii", "old_path old_path_len fd new_path new_path_len"},
    {"path_unlink_file", "iii", "fd path path_len"},
    {"poll_oneoff", "iiii", "in out nsubscriptions nevents"},
    {"proc_exit", "i", "rval"},
    {"proc_raise", "i", "sig"},
    {"random_get", "ii", "buf buf_len"},
    {"sched_yield", "", ""},
    {"sock_accept", "iii", "fd flags accepted_fd"},
    {"sock_recv", "iiiiii", "fd ri_data ri_data_len ri_flags ro_datalen ro_flags"},
    {"sock_send", "iiiii", "fd si_data si_data_len si_flags so_datalen"},
    {"sock_shutdown", "ii", "fd how"},
};

wasm::ValueType value_type(char code) {
  return code == 'I' ? wasm::ValueType::kI64 : wasm::ValueType::kI32;
}

} // namespace

llvm::ArrayRef<WasiPreview1Function> wasi_preview1_functions() {
  return kFunctions;
}

const WasiPreview1Function *find_wasi_preview1(llvm::StringRef name) {
  const WasiPreview1Function *found = std::lower_bound(
      std::begin(kFunctions), std::end(kFunctions), name,
      [](const WasiPreview1Function &function, llvm::StringRef n) { return function.name < n; });
  return found != std::end(kFunctions) && found->name == name ? found : nullptr;
}

const WasiPreview1Function *nearest_wasi_preview1(llvm::StringRef name) {
  const WasiPreview1Function *nearest = nullptr;
  NearestName search(name);
  for (const WasiPreview1Function &function : kFunctions)
    if (!search.is_settled() && search.is_nearer(function.name))
      nearest = &function;
  return nearest;
}

llvm::SmallVector<wasm::ValueType, 9> WasiPreview1Function::param_types() const {
  llvm::SmallVector<wasm::ValueType, 9> types;
  for (char code : params)
    types.push_back(value_type(code));
  return types;
}

llvm::SmallVector<wasm::ValueType, 1> WasiPreview1Function::result_types() const {
  if (name == "proc_exit")
    return {};
  return {wasm::ValueType::kI32};
}

std::string WasiPreview1Function::text() const {
  std::string text = name.str() + "(";
  llvm::StringRef names = param_names;
  for (size_t i = 0; i < params.size(); i++) {
    llvm::StringRef param;
    std::tie(param, names) = names.split(' ');
    text += i ? ", " : "";
    text += param;
    text += ' ';
    text += wasm::value_type_name(value_type(params[i]));
  }
  return text + (result_types().empty() ? ") -> ()" : ") -> (i32)");
}

} // namespace wald::directives

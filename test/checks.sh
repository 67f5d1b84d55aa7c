# Sourced by .ci/run and test/nightly: what a commit must hold beside its tests. CI takes the parts
# that find most for their time, the nightly run all.
# shellcheck shell=bash

# Also where the checkout belongs to another user than the one that runs this.
git_here() { git -c safe.directory="$wald_root" "$@"; }
files() { git_here ls-files "$@"; }

check_format() { files '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror; }

# recent_files COMMITS: those that the last commits changed and that are still there; all where the
# history does not go back as far.
recent_files() {
  if git_here rev-parse -q --verify "HEAD~$1" >/dev/null; then
    git_here diff --name-only --diff-filter=d "HEAD~$1"
  else
    files
  fi
}
# check_tidy all|COMMITS: reads the flags from the release build's compile_commands.json. All files
# take twenty minutes of CPU.
check_tidy() {
  { if [ "$1" = all ]; then files; else recent_files "$1"; fi; } | sed -n '/^test\//d; /\.cc$/p' |
    xargs -r -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p build \
      2> >(grep -v 'warnings\? generated' >&2)
}

check_static() {
  # wald starts fast because it loads no library.
  ! readelf -d build/wald | grep NEEDED
}

check_gcc_tests() { build_wald gcc && run_unit_tests build-gcc/wald_unit_tests; }

# check_sanitizers [GTEST FLAGS]
check_sanitizers() {
  build_wald asan
  export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
  # wald leaves its memory to the exit of the process, on purpose.
  ASAN_OPTIONS+=:detect_leaks=0
  # Debian's LLVM does not undo the poisoning that its headers do in our code.
  ASAN_OPTIONS+=:allow_user_poisoning=0
  run_unit_tests build-asan/wald_unit_tests "$@"
  test/compare/compare --wald build-asan/wald "$WALD_CACHE/links/matrix" --filter '*/hello'
  test/compare/compare --wald build-asan/wald "$WALD_CACHE/links/matrix" --filter '*/reactor' \
    --variants=-X,-dumpdep,-buildid=
  # What changes code: in links and alone, and proven.
  local link=$WALD_CACHE/links/matrix/1.27.4/wasip1-exe/hello
  test/compare/optimized --wald build-asan/wald --once "$link"
  "$link/run-with" "build-asan/wald link --optimize=code,tables,fold" build-asan/folded.wasm
}

check_threads() {
  local links=$WALD_CACHE/links/matrix
  build_wald tsan wald wald_thread_tests
  run_unit_tests build-tsan/wald_thread_tests \
    --gtest_filter='Helper.*:*Threads.*:*LinkErrors.*-*Survive*:*Truncation*'
  test/compare/compare --wald build-tsan/wald "$links" --filter '*/hello'
  test/compare/same_bytes "$links/1.24.13/wasip1-c-shared/reactor" \
    "$links/1.27.4/js-exe/small"
}

#!/usr/bin/env bash
# Builds wald and runs its tests: unit tests, shell tests, recorded links of all Go versions against
# the reference linker, the same bytes with any number of threads, and linked programs in four
# engines. Closes with the steps in which something failed, and "N passed, N failed".
set -euo pipefail
source "$(dirname "$0")/setup.sh"
cd "$wald_root"

passed=0 failed=0
failures=() # of steps, for the last lines
title="getting what is missing"
# Says in which step the script ended, where that was before the last.
trap '[ "$title" = "" ] || { echo "FAILED: $title"; echo "$passed passed, $((failed + 1)) failed"; }' EXIT
need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
need_go_versions
need_engines
mkdir -p "$WALD_CACHE"
log=$WALD_CACHE/run.log

# count PASSED FAILED: of the last step.
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  [ "$2" -eq 0 ] || failures+=("$title: $2 failed")
}

# count_status: the last step is one test.
count_status() {
  if [ "$status" -eq 0 ]; then count 1 0; else count 0 1; fi
}

# count_tally NAME: the last step printed "NAME: N passed, N failed"; a failure that it did not count
# is one, too.
count_tally() {
  local good bad
  if read -r good bad < <(sed -n "s/^$1: \([0-9]*\) passed, \([0-9]*\) failed\$/\1 \2/p" "$log"); then
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    count "$good" "$bad"
  else
    count 0 1
  fi
}

# step TITLE COMMAND...: its output is shown and kept in $log; status in $status.
step() {
  title=$1
  say "$title"
  shift
  local start=$SECONDS
  status=0
  "$@" 2>&1 | tee "$log" || status=$?
  say "took $((SECONDS - start)) s"
}

step "build" build_wald release
[ "$status" -eq 0 ] || exit 1

step "unit tests" run_unit_tests build/wald_unit_tests
reports=("$WALD_CACHE"/unit.*.json)
if [ "${#reports[@]}" -eq "$(nproc)" ]; then
  read -r tests tests_failed < <(python3 -c '
import json, sys
reports = [json.load(open(name)) for name in sys.argv[1:]]
total = lambda *keys: sum(report[key] for report in reports for key in keys)
print(total("tests") - total("disabled"), total("failures", "errors"))' "${reports[@]}")
  count $((tests - tests_failed)) "$tests_failed"
  # Failing without a failed test, such as by a leak found at exit, is a failure too.
  [ "$status" -eq 0 ] || [ "$tests_failed" -gt 0 ] || count 0 1
else
  count 0 1
fi

# Shell tests wait for the go command and for engines more than they compute: as many at once as there
# are processors. What each said comes when all have ended.
for script in test/sources/*_test.py; do
  step "$script" "$script"
  count_status
done
run_script() {
  local start=$SECONDS status=0
  bash "$1" >"$scripts_out/${1##*/}.log" 2>&1 || status=$?
  echo "$status" $((SECONDS - start)) >"$scripts_out/${1##*/}.status"
}
title="test/cmd" scripts_out=$(mktemp -d)
export scripts_out
export -f run_script
say "$title"
printf '%s\0' test/cmd/*_test.sh | xargs -0 -P "$(nproc)" -n 1 bash -c 'run_script "$1"' run || true
for script in test/cmd/*_test.sh; do
  title=$script status=1 seconds=?
  read -r status seconds <"$scripts_out/${script##*/}.status" || true
  say "$script"
  cat "$scripts_out/${script##*/}.log"
  say "took $seconds s"
  count_status
done
rm -r "$scripts_out"

step "directives of small programs" test/directives/corpus_test.py --versions 1.24.13,1.27.4
count_status

step "types of directives against go/types" test/directives/types_test.sh --count 300
count_status

step "compare with the reference linker" test/compare/sweep --quick
tally=$(sed -n 's/^sweep: \([0-9]*\) of \([0-9]*\) identical, .*, \([0-9]*\) not buildable.*/\1 \2 \3/p' "$log")
if read -r identical total not_buildable <<<"$tally" && [ -n "$not_buildable" ]; then
  count "$identical" $((total - identical + not_buildable))
  [ "$total" -gt 0 ] || count 0 1
else
  count 0 1
fi

step "read modules back" test/inspect/run
count_tally inspect

step "read modules without names back" test/inspect/run --flags "-s -w" --filter "*/hello"
count_tally inspect

step "optimized links" test/compare/optimized
count_tally optimized

step "read optimized modules back" test/inspect/run --flags=--optimize
count_tally inspect

step "faults" test/faults/run --quick
count_status

links=$WALD_CACHE/links/matrix
step "same bytes" test/compare/same_bytes --rounds 3 \
  "$links/1.24.13/wasip1-c-shared/reactor" "$links/1.27.4/js-exe/small"
count_status

step "WASI functions in engines" "$WALD_PYTHON" test/engines/wasi_preview1_test.py
count_status

step "run in engines" test/engines/programs_test.sh
count_tally engines

step "run optimized programs in engines" env TOOLEXEC="$PWD/build/wald toolexec --optimize" \
  test/engines/programs_test.sh
count_tally engines

step "start reactors in engines" test/engines/reactor_test.sh
count_tally reactors

step "bench of --optimize=code" test/engines/code_bench_test.sh
count_status

step "bench of sizes" test/engines/size_bench_test.sh
count_status

step "a part of the standard library's tests in engines" test/engines/std_tests.sh strings sort
count_tally "std tests"

title=
[ ${#failures[@]} -eq 0 ] || printf 'FAILED: %s\n' "${failures[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# What wald says on a terminal and is silent about elsewhere: what is being compiled, the last line of
# wald build, and colours.
# usage: terminal_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/go_cases.sh"
unset NO_COLOR
export TERM=xterm

mkdir "$tmp/prog"
cd "$tmp/prog" || exit 1
printf 'module example.org/term\n\ngo 1.24\n' >go.mod
printf 'package main\n\n//go:wasmexport run\nfunc run() {}\n\nfunc main() { println("x") }\n' >main.go

clear=$'\e[K' # which ends a line of progress

# on_terminal COMMAND...: what a terminal shows of it, without carriage returns.
on_terminal() {
  python3 - "$@" <<'PY'
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
out = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:  # the other end is closed
        data = b""
    if not data:
        break
    out += data
sys.stdout.write(out.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PY
}

ends_with_a_summary() {
  local out
  out=$(NO_COLOR=1 on_terminal "$wald" build -o "$tmp/one.wasm" . </dev/null) || fail "wald build: $out"
  out=${out##*"$clear"}
  [[ $out =~ ^wald:\ ([0-9.]+)\ MB,\ ([0-9]+)\ functions,\ ([0-9]+)\ packages,\ ([0-9]+)\ imports,\ 3\ exports\;\ [0-9.]+\ s$ ]] ||
    fail "'$out'"
  python3 - "$tmp/one.wasm" "${BASH_REMATCH[1]}" <<'PY' || fail "not the file's size"
import os, sys
assert f"{os.path.getsize(sys.argv[1]) / 1e6:.2f}" == sys.argv[2]
PY
  [ "$("$wald" dump --imports "$tmp/one.wasm" | grep -c wasi_snapshot)" = "${BASH_REMATCH[4]}" ] ||
    fail "not the imports: $out"
  out=$(NO_COLOR=1 on_terminal "$wald" build -o "$tmp/one.wasm" . </dev/null) || fail "$out"
  [[ $out =~ ^wald:\ nothing\ to\ link\;\ [0-9.]+\ s$ ]] || fail "'$out'"
}

# A line for each package while it is compiled; errors stand in lines of their own.
shows_progress() {
  local out
  out=$(NO_COLOR=1 GOCACHE=$tmp/empty on_terminal "$wald" build -o "$tmp/three.wasm" . </dev/null) ||
    fail "$out"
  [[ $out =~ $clear"["[0-9]+"] "[a-z/]+ ]] || fail "no progress: '$out'"
  [[ ${out##*"$clear"} == "wald: "* ]] || fail "the line stays: '$out'"
  printf 'package main\n\nfunc main() { undefined() }\n' >wrong.go
  out=$(NO_COLOR=1 GOCACHE=$tmp/empty on_terminal "$wald" build -o "$tmp/three.wasm" wrong.go </dev/null) &&
    fail "$out"
  expect_match "${out##*"$clear"}" "# command-line-arguments"$'\n'"./wrong.go:3:15: undefined: undefined"
  rm wrong.go
  out=$(NO_COLOR=1 on_terminal "$wald" build -a -v -o "$tmp/three.wasm" . </dev/null) || fail "$out"
  [[ $out != *"$clear"* ]] || fail "progress beside -v: '$out'"
}

is_silent_elsewhere() {
  local out
  out=$("$wald" build -o "$tmp/two.wasm" . 2>&1) || fail "$out"
  [ -z "$out" ] || fail "'$out'"
}

has_colours_on_a_terminal_only() {
  local out
  out=$(on_terminal "$wald" run "$tmp/none.wasm" </dev/null)
  expect_match "$out" "wald: "$'\e[1;31m'"error"$'\e[0m'": "
  out=$(NO_COLOR=1 on_terminal "$wald" run "$tmp/none.wasm" </dev/null)
  expect_match "$out" "wald: error: "
  out=$(TERM=dumb on_terminal "$wald" run "$tmp/none.wasm" </dev/null)
  expect_match "$out" "wald: error: "
  expect_match "$("$wald" run "$tmp/none.wasm" 2>&1)" "wald: error: "
  out=$(on_terminal "$wald" build -o "$tmp/one.wasm" . </dev/null)
  expect_match "$out" $'\e[1mwald:\e[0m nothing to link'
}

shows_passes_with_v() {
  local out
  out=$("$wald" build -v -ldflags=-s -o "$tmp/v.wasm" . 2>&1) || fail "$out"
  expect_match "$out" "wald: load_packages: "
  expect_match "$out" "wald: commit_module: "
  out=$("$wald" build -v -ldflags="-s -v" -o "$tmp/v.wasm" . 2>&1) || fail "$out"
  [ "$(grep -c 'wald: load_packages: ' <<<"$out")" = 1 ] || fail "passes are shown twice"
}

for current in ends_with_a_summary shows_progress is_silent_elsewhere has_colours_on_a_terminal_only \
  shows_passes_with_v; do
  $current
done
[ "$failures" -eq 0 ] && echo "terminal: ok"
exit "$((failures > 0))"

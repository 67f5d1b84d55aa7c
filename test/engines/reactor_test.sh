#!/usr/bin/env bash
# Reactors linked by wald behave as the reference's in node, wazero and wasmtime: _initialize starts
# the program once, exports can be called after it, and before it a call traps with a message.
#
# usage: reactor_test.sh [GO VERSIONS...]    WALD_UNDER_TEST=... for another one than build/wald
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../setup.sh"
need_engines
need_wazero_host
export GOCACHE=$WALD_CACHE/go-build
wald=${WALD_UNDER_TEST:-$wald_root/build/wald}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

run_in() { # run_in ENGINE MODE MODULE CALLS...
  local engine=$1 flags=()
  shift
  case $engine in
  wasmtime) "$WALD_PYTHON" "$here/wasmtime_host.py" "$@" ;;
  wazero) "$WAZERO_HOST" "$@" ;;
  node)
    flags=(--no-warnings)
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] ||
      flags+=(--experimental-wasi-unstable-preview1)
    node "${flags[@]}" "$here/node_wasi.mjs" "$@"
    ;;
  esac
}

# check NAME WANTED COMMAND...: what a command prints on both of its outputs.
check() {
  local name=$1 wanted=$2
  shift 2
  "$@" >"$work/out" 2>"$work/err" || echo "exit status $?" >>"$work/out"
  if diff <(cat "$work/err" "$work/out") - <<<"$wanted" >"$work/diff"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    head -n 30 "$work/diff"
  fi
}

started="host env.tell called with 2 arguments
add = 42
host env.tell called with 2 arguments
counts = 101
early = 40
sum = 10"
not_started="runtime: wasmexport function called before runtime initialization
	call _initialize first
add trapped"
# What the reference's runtime says to a second start, and that the first one stands.
twice_message="fatal error: randinit twice"
twice="host env.tell called with 2 arguments
_initialize = None
_initialize trapped
host env.tell called with 2 arguments
counts = 100"

only_first_line() {
  "$@" 2>"$work/all"
  head -n 1 "$work/all" >&2
}

versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=("${GO_VERSIONS[@]}")
for version in "${versions[@]}"; do
  export GOTOOLCHAIN=go$version GOFLAGS=-buildvcs=false
  cd "$wald_root/testdata/programs/lifecycle"
  GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o "$work/reference.wasm" .
  "$wald" build -buildmode=c-shared -o "$work/wald.wasm" .
  if cmp "$work/reference.wasm" "$work/wald.wasm"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $version: another module than the reference's"
  fi
  for linker in reference wald; do
    module=$work/$linker.wasm
    for engine in wasmtime wazero node; do
      name="$version, $linker, $engine"
      check "$name: started once" "$started" \
        run_in $engine --reactor "$module" add 2 40 , counts , early , sum 4
      check "$name: called before its start" "$not_started" \
        run_in $engine --bare "$module" add 2 40
      check "$name: started twice" "$twice_message"$'\n'"$twice" \
        only_first_line run_in $engine --bare "$module" _initialize , _initialize , counts
    done
  done
done
echo "reactors: $passed passed, $failed failed"
[ "$failed" -eq 0 ]

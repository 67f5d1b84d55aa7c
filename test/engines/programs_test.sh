#!/usr/bin/env bash
# Linked programs give the right output in node (js and its WASI), wazero and wasmtime.
#
# usage: programs_test.sh [GO VERSIONS...]    TOOLEXEC="..." for another linker than build/wald
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../setup.sh"
need_engines
need_wazero_host
# What the sweep has compiled need not be compiled again.
export GOCACHE=$WALD_CACHE/go-build
toolexec=${TOOLEXEC-$wald_root/build/wald toolexec}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check NAME EXPECTED-FILE COMMAND...
check() {
  local name=$1 expected=$2
  shift 2
  if "$@" >"$work/out" 2>"$work/err" && diff -u "$expected" "$work/out" >"$work/diff"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    head -n 30 "$work/diff" "$work/err"
  fi
}

node_wasi() {
  local flags=(--no-warnings)
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] ||
    flags+=(--experimental-wasi-unstable-preview1)
  node "${flags[@]}" "$here/node_wasi.mjs" "$@"
}
node_js() {
  PATH=/usr/bin:/bin "$goroot/lib/wasm/go_js_wasm_exec" "$@"
}
wasmtime_host() { "$WALD_PYTHON" "$here/wasmtime_host.py" "$@"; }

build() { # build PROGRAM GOOS BUILDMODE OUT
  (cd "$wald_root/testdata/programs/$1" && GOOS=$2 GOARCH=wasm GOFLAGS=-buildvcs=false \
    go build ${toolexec:+-toolexec="$toolexec"} -buildmode="$3" -o "$4" .)
}

reactor_calls=(zz_first , add 2 40 , not 0 , half32 3 , kind 41 , clock , deep_only 7 2 ,
  deep_goroutine 41 , total , move_origin 1 2 , move_origin 1 2 , aa_last)
cat >"$work/reactor.expected" <<'END'
zz_first = None
add = 42
not = 1
half32 = 1.5
kind = 42
host env.now called with 0 arguments
host env.now called with 0 arguments
host env.now called with 0 arguments
clock = 3
deep_only = 3.5
deep_goroutine = 42
total = 7.0
host env.log_point called with 5 arguments
move_origin = 1002
host env.log_point called with 5 arguments
move_origin = 2004
aa_last = 3
END
sed -e 's/7\.0/7/' "$work/reactor.expected" >"$work/reactor.short.expected"

versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=("${GO_VERSIONS[@]}")
for version in "${versions[@]}"; do
  export GOTOOLCHAIN=go$version
  goroot=$(go env GOROOT)
  for program in hello small; do
    build $program wasip1 exe "$work/$program.wasm"
    build $program js exe "$work/$program.js.wasm"
    sed 's/@/1/' "$wald_root/testdata/programs/$program/expected.txt" >"$work/expected"
    check "$version $program node wasi" "$work/expected" node_wasi "$work/$program.wasm"
    check "$version $program wazero" "$work/expected" "$WAZERO" run "$work/$program.wasm"
    check "$version $program wasmtime" "$work/expected" wasmtime_host "$work/$program.wasm"
    check "$version $program node js" "$work/expected" node_js "$work/$program.js.wasm"
  done
  build reactor wasip1 c-shared "$work/reactor.wasm"
  check "$version reactor wasmtime" "$work/reactor.expected" \
    wasmtime_host --reactor "$work/reactor.wasm" "${reactor_calls[@]}"
  check "$version reactor node wasi" "$work/reactor.short.expected" \
    node_wasi --reactor "$work/reactor.wasm" "${reactor_calls[@]}"
  check "$version reactor wazero" "$work/reactor.short.expected" \
    "$WAZERO_HOST" --reactor "$work/reactor.wasm" "${reactor_calls[@]}"
done
echo "engines: $passed passed, $failed failed"
[ "$failed" -eq 0 ]

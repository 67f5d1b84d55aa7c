#!/usr/bin/env bash
# Tests of the standard library pass when wald links their binaries: for wasip1 in wazero, for js in
# node.
#
# usage: std_tests.sh [PACKAGES...]    TOOLEXEC="..." for another linker than build/wald
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../setup.sh"
need_engines
# What the sweep has compiled need not be compiled again.
export GOCACHE=$WALD_CACHE/go-build
toolexec=${TOOLEXEC-$wald_root/build/wald toolexec}
packages=("$@")
[ ${#packages[@]} -gt 0 ] || packages=(strings sort encoding/json regexp text/template time math/big)
# The other versions' toolchain packages carry no tests.
export GOTOOLCHAIN=go$GO_VERSION GOARCH=wasm GOFLAGS=-buildvcs=false GOWASIRUNTIME=wazero
goroot=$(go env GOROOT)
export PATH="$goroot/lib/wasm:$(dirname "$WAZERO"):$PATH"
passed=0 failed=0
for goos in wasip1 js; do
  # The reference's module of the same test is what go would cache the result of.
  output=$(cd "$wald_root/testdata/programs" && GOOS=$goos go test -count=1 -short -vet=off \
    ${toolexec:+-toolexec="$toolexec"} "${packages[@]}" 2>&1) || true
  passed=$((passed + $(grep -c '^ok ' <<<"$output" || true)))
  failed=$((failed + $(grep -c '^FAIL\s\S' <<<"$output" || true)))
  sed "s/^/$goos: /" <<<"$output"
done
echo "std tests: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -eq $((2 * ${#packages[@]})) ]

#!/usr/bin/env bash
# What wald does, on a machine that may have nothing but git: installs what is missing, builds wald,
# links two Go programs, checks both against `go tool link` and runs them.
set -euo pipefail
source "$(dirname "$0")/../test/setup.sh"
start=$SECONDS
# The programs and the toolchain, not the caller's settings, decide what is built here.
unset GOROOT GOARCH GOEXPERIMENT GOWASM WALD
export GOOS=wasip1 GOFLAGS=-buildvcs=false GOWORK=off

need_packages "${BUILD_PACKAGES[@]}"
need_go
say "building wald: a few minutes the first time"
build_wald release wald

wald=$wald_root/build/wald
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# link_both PROGRAM BUILDMODE: with wald and with Go's own linker; the files must be equal.
link_both() {
  (cd "$wald_root/testdata/programs/$1"
    "$wald" build -buildmode="$2" -o "$out/$1.wasm" .
    GOARCH=wasm go build -buildmode="$2" -o "$out/$1.reference.wasm" .)
  if ! cmp "$out/$1.wasm" "$out/$1.reference.wasm"; then
    echo "demo: wald's $1.wasm is not what go tool link writes" >&2
    exit 1
  fi
  echo "$1.wasm: $(stat -c %s "$out/$1.wasm") bytes, every one as go tool link writes it"
}

show() {
  echo "\$ wald run $*"
  (cd "$out" && "$wald" run "$@")
}

say "linking a command and a reactor with $(go env GOVERSION)"
link_both small exe
link_both adder c-shared

say "running the command"
show small.wasm

say "running the reactor: its add, twice; --stub plays the host's function that it calls"
show --stub --invoke add=2,3 --invoke add=40,2 adder.wasm

say "done in $((SECONDS - start)) s; next, with build/wald in your PATH:"
cat <<'END'
wald build -o app.wasm .                           your own program, instead of go build
wald build --verify -o app.wasm .                  the same, compared with go tool link
go build -toolexec="wald toolexec" -o app.wasm .   wald in a build of your own
test/run.sh                                        wald's tests
END

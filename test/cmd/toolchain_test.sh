#!/bin/bash
# wald by the name link, and wald install-toolchain, with the real go command: builds, tests and vet of
# native programs and of WebAssembly with a GOROOT whose linker is wald.
# usage: toolchain_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/go_cases.sh"
unset GOROOT WALD_FLAGS WALD_GO_LINK

mkdir "$tmp/prog"
cd "$tmp/prog" || exit 1
printf 'module example.org/chain\n\ngo 1.24\n' >go.mod
printf 'package main\n\nfunc Two() int { return 2 }\n\nfunc main() { println(Two()) }\n' >main.go
printf 'package main\n\nimport "testing"\n\nfunc TestTwo(t *testing.T) {\n\tif Two() != 2 {\n\t\tt.Fail()\n\t}\n}\n' >main_test.go
root=$(go env GOROOT)
host=$(go env GOHOSTOS)_$(go env GOHOSTARCH)
sdk=$tmp/sdk
link=$sdk/pkg/tool/$host/link
wasm() { GOOS=wasip1 GOARCH=wasm "$@"; }

makes_a_toolchain() {
  local out
  out=$(GOROOT=$root "$wald" install-toolchain "$sdk" 2>&1) || fail "$out"
  expect_match "$out" "$sdk: $(go env GOVERSION) with wald"
  [ "$("$sdk/bin/go" env GOROOT)" = "$sdk" ] || fail "bin/go takes another GOROOT"
  cmp "$wald" "$link" || fail "the linker is not wald"
  [ "$(realpath "$sdk/pkg/tool/$host/link.go")" = "$(realpath "$root/pkg/tool/$host/link")" ] ||
    fail "link.go is not Go's linker"
  # Again, over itself.
  out=$(GOROOT=$root "$wald" install-toolchain "$sdk" 2>&1) || fail "again: $out"
  [ -x "$root/pkg/tool/$host/compile" ] || fail "the toolchain itself is damaged"
  [ "$(ls "$tmp")" = "$(printf 'prog\nreal_link\nsdk')" ] || fail "left behind: $(ls "$tmp")"
}

leaves_other_folders_alone() {
  local out
  mkdir -p "$tmp/mine"
  echo text >"$tmp/mine/file"
  out=$(GOROOT=$root "$wald" install-toolchain "$tmp/mine" 2>&1) && fail "a folder in use is taken"
  expect_match "$out" "wald: error: $tmp/mine is there and is no toolchain that wald made"
  [ "$(cat "$tmp/mine/file")" = text ] || fail "the folder was changed"
  out=$(GOROOT=$sdk "$wald" install-toolchain "$tmp/second" 2>&1) && fail "an overlay of an overlay"
  expect_match "$out" "has wald as its linker already"
  [ ! -e "$tmp/second" ] || fail "left behind"
  out=$(GOROOT=$tmp/mine "$wald" install-toolchain "$tmp/second" 2>&1) && fail "no toolchain"
  expect_match "$out" "has no linker in pkg/tool"
}

# The same bytes but for the build id, which is wald's.
builds_modules() {
  local mode
  for mode in exe c-shared; do
    wasm "$sdk/bin/go" build -buildmode=$mode -ldflags=-buildid= -o "$tmp/wald.wasm" . ||
      fail "go build $mode"
    GOROOT=$sdk wasm go build -buildmode=$mode -ldflags=-buildid= -o "$tmp/goroot.wasm" . ||
      fail "go build $mode with GOROOT"
    expect_same_file "$tmp/wald.wasm" "$tmp/goroot.wasm"
    GOROOT=$sdk wasm go build -toolexec="$tmp/real_link" -buildmode=$mode -ldflags=-buildid= \
      -o "$tmp/reference.wasm" . || fail "go build with link.go"
    expect_same_file "$tmp/wald.wasm" "$tmp/reference.wasm"
  done
  # That it is wald which links: an option that only wald has.
  WALD_FLAGS="--map=$tmp/map" wasm "$sdk/bin/go" build -o "$tmp/wald.wasm" . || fail "WALD_FLAGS"
  grep -q ':(main.main)$' "$tmp/map" || fail "no map: wald has not linked"
}
cat >"$tmp/real_link" <<'SH'
#!/bin/sh
tool=$1
shift
case $tool in
  */link) [ -e "$tool.go" ] && [ "$1" != -V=full ] && exec "$tool.go" "$@" ;;
esac
exec "$tool" "$@"
SH
chmod +x "$tmp/real_link"

builds_native_programs() {
  local out
  "$sdk/bin/go" build -o "$tmp/native" . || fail "go build"
  [ "$("$tmp/native" 2>&1)" = 2 ] || fail "the program does not work"
  out=$("$sdk/bin/go" test . 2>&1) || fail "go test: $out"
  out=$("$sdk/bin/go" vet . 2>&1) || fail "go vet: $out"
  out=$(wasm "$sdk/bin/go" vet . 2>&1) || fail "go vet for wasm: $out"
  out=$(wasm "$sdk/bin/go" test -exec "$wald run" . 2>&1) || fail "go test for wasm: $out"
}

tells_a_tool_id_of_its_own() {
  local go_line line with_flags
  go_line=$("$root/pkg/tool/$host/link" -V=full)
  line=$("$link" -V=full) || fail "link -V=full"
  expect_match "$line" "$go_line+wald-$("$wald" version | sed -n '1s/wald //p')-"
  [ "$(wc -l <<<"$line")" = 1 ] || fail "not one line"
  with_flags=$(WALD_FLAGS="--stats '--why-live=a b'" "$link" -V=full) || fail "with WALD_FLAGS"
  [ "$with_flags" = "$line,--stats,--why-live=a%20b" ] || fail "WALD_FLAGS: $with_flags"
  [ "$(WALD=off "$link" -V=full)" = "$go_line" ] || fail "WALD=off"
  # Without Go's linker: as the VERSION of the toolchain says.
  mkdir -p "$tmp/bare/pkg/tool/$host"
  cp "$wald" "$tmp/bare/pkg/tool/$host/link"
  cp "$root/VERSION" "$tmp/bare/"
  [ "$("$tmp/bare/pkg/tool/$host/link" -V=full)" = "$line" ] || fail "without link.go"
}

hands_over_to_link_go() {
  local out
  out=$(wasm "$sdk/bin/go" build -ldflags=-randlayout=7 -o "$tmp/rand.wasm" . 2>&1) || fail "$out"
  expect_match "$out" "wald: note: handing over to the Go linker: -randlayout"
  out=$(WALD_FLAGS=--verify wasm "$sdk/bin/go" build -o "$tmp/verified.wasm" . 2>&1) || fail "$out"
  out=$(WALD_FLAGS=--nonsense wasm "$sdk/bin/go" build -o "$tmp/no.wasm" . 2>&1) && fail "no option"
  expect_match "$out" "wald: error: WALD_FLAGS=--nonsense: unknown option --nonsense"
  out=$(WALD_FLAGS="--stats x" "$link" -V=full 2>&1) && fail "a word is taken"
  expect_match "$out" "it has options only, and no x"
  # It may also be elsewhere, or nowhere.
  local bare=$tmp/bare/pkg/tool/$host/link
  out=$("$bare" -o x y.a 2>&1) && fail "a native link without Go's linker"
  expect_match "$out" "wald: error: wald stands in the place of Go's linker, which is missing"
  out=$(wasm "$bare" -randlayout=7 main.a 2>&1) && fail "handed over to nobody"
  expect_match "$out" "only the Go linker can do this link, and it is missing"
  printf '#!/bin/sh\necho "real linker: $*"\n' >"$tmp/real"
  chmod +x "$tmp/real"
  [ "$(WALD_GO_LINK=$tmp/real "$bare" -o x y.a)" = "real linker: -o x y.a" ] || fail "WALD_GO_LINK"
}

for current in makes_a_toolchain leaves_other_folders_alone builds_modules builds_native_programs \
  tells_a_tool_id_of_its_own hands_over_to_link_go; do
  $current
done
[ "$failures" -eq 0 ] && echo "toolchain: ok"
exit "$((failures > 0))"

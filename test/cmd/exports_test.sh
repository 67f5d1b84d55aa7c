#!/bin/bash
# Exports that the end builder chooses: --export and --no-export. A program whose functions are
# exported by --export is the same module, byte for byte, as Go's linker makes where the functions
# have directives instead; for every type of parameter and result.
# usage: exports_test.sh [WALD [GO VERSIONS...]]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
shift
source "$here/../setup.sh"
versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=("${GO_VERSIONS[@]}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset GOOS GOARCH GOFLAGS GOEXPERIMENT WALD
export GOFLAGS=-buildvcs=false GOWORK=off
failures=0

fail() {
  echo "FAIL: $current: $*" >&2
  failures=$((failures + 1))
}
expect_equal() { [ "$1" = "$2" ] || fail "got '$1', want '$2'"; }
expect_match() { [[ $1 == *"$2"* ]] || fail "no '$2' in '$1'"; }

mkdir "$tmp/all" "$tmp/few"
printf 'module example.org/all\n\ngo 1.24\n' >"$tmp/all/go.mod"
printf 'module example.org/few\n\ngo 1.24\n' >"$tmp/few/go.mod"

types=(bool int32 rune uint32 int64 uint64 float32 float64 uintptr unsafe.Pointer '*int32'
  '*float64' Kind 'geo.Kind' alias '*geo.Point' '*geo.Pair[Kind]' '*[2*geo.Count]geo.Point'
  '*struct { _ structs.HostLayout; A int8 }' Name)
results=("${types[@]:0:19}") # a string cannot be a result

mkdir "$tmp/all/geo-go"
cat >"$tmp/all/geo-go/geo.go" <<'END'
package geo

import "structs"

const Count = 1 + iota

type Kind uint64

type Point struct {
	_ structs.HostLayout
	X, Y float32
}

type Pair[T any] struct {
	_    structs.HostLayout
	A, B T
}
END
echo -e 'package main\n\nimport "example.org/all/geo-go"\n\ntype alias = geo.Kind' >"$tmp/all/alias.go"

# write_all DIRECTIVE: one function for each pair of types and some others. Both texts have the same
# lines. One function has a directive in any case, for its file table is then the same.
write_all() {
  local count=0 parameter result
  echo -e "package main\n\nimport (\n\"structs\"\n\"unsafe\"\n\n\"example.org/all/geo-go\"\n)\n"
  echo -e "var _ geo.Kind\nvar _ structs.HostLayout\n"
  echo -e "type Kind uint32\ntype Name string\n"
  echo -e "var _ unsafe.Pointer\n\nfunc main() {}\n\n//go:wasmexport first\nfunc first() {}\n"
  add() {
    echo -e "$2 f$count\nfunc f$count($3) $4 {\n$5}"
    count=$((count + 1))
  }
  add - "$1" "" "" ""
  for parameter in "${types[@]}"; do
    add - "$1" "a $parameter" "" ""
    add - "$1" "a int32, b $parameter, c bool, d $parameter" "" ""
    for result in "${results[@]}"; do
      add - "$1" "a $parameter" "(r $result)" "\treturn\n"
    done
  done
  for result in "${results[@]}"; do
    add - "$1" "" "(r $result)" "\treturn\n"
  done
  add - "$1" "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p int32" "(r bool)" "\treturn\n"
  add - "$1" "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o int64" "(r uint64)" "\treturn\n"
}

makes_the_compilers_wrappers() {
  local version=$1 options
  cd "$tmp/all" || exit 1
  write_all "//go:wasmexport" >main.go
  GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -ldflags=-buildid=x -o "$tmp/go.wasm" . ||
    fail "go build"
  mapfile -t options < <(grep -o '^func f[0-9][0-9]*' main.go | sed 's/func /--export=main./')
  [ ${#options[@]} -gt 400 ] || fail "only ${#options[@]} functions"
  write_all "// no directive" >main.go
  "$wald" build "${options[@]}" -buildmode=c-shared -ldflags=-buildid=x -o "$tmp/wald.wasm" . ||
    fail "wald build"
  cmp "$tmp/go.wasm" "$tmp/wald.wasm" || "$wald" dump --diff "$tmp/go.wasm" "$tmp/wald.wasm" ||
    fail "not the module of go$version with directives"
}

cat >"$tmp/few/main.go" <<'END'
package main

import (
	"unsafe"

	"example.org/few/other"
)

func main() {}

//go:wasmexport taken
func taken() int32 { return 1 }

func add(a, b int32) int32      { return a + b }
func both(a int64) (int64, bool) { return a + 1, a > 1 }
func text() string              { return "" }
func variadic(a ...int32)       {}
func pointer(p *int)            {}
func generic[T any](a T) T      { return a }
func unmarked(p *other.Plain)    {}
func large(a, b, c, d, e, f, g, h, i string) {}

type T int32

func (t T) method() {}

var _ unsafe.Pointer
var _ = generic[int32]
END

mkdir "$tmp/few/other"
echo -e "package other\n\ntype Plain struct{ A int32 }" >"$tmp/few/other/other.go"

few() { (cd "$tmp/few" && "$wald" build "$@" -buildmode=c-shared -o "$tmp/few.wasm" . 2>&1); }
exports() { "$wald" dump --exports "$tmp/few.wasm" | sed 's/ func.*//'; }

exports_under_another_name_and_with_several_results() {
  expect_equal "$(few --validate --export=main.add=plus --export=main.both)" ""
  expect_match "$(exports)" 'export "plus" (i32, i32) -> (i32)'
  expect_match "$(exports)" 'export "both" (i64) -> (i64, i32)'
  expect_equal "$("$wald" run --invoke plus=40,2 "$tmp/few.wasm")" 42
  expect_match "$("$wald" run --invoke both=41 "$tmp/few.wasm")" 42
}

drops_and_replaces_exports() {
  few --no-export=taken
  [[ $(exports) != *taken* ]] || fail "taken is still exported"
  few --no-export=taken --export=main.add=taken
  expect_match "$(exports)" 'export "taken" (i32, i32) -> (i32)'
}

refuses() { # OPTION TEXT
  local out
  rm -f "$tmp/few.wasm"
  out=$(few "$1") && fail "$1 is accepted"
  expect_match "$out" "$2"
  [ ! -e "$tmp/few.wasm" ] || fail "$1 leaves an output"
}

refuses_what_cannot_be_exported() {
  refuses --export=main.ad "there is no function ad in package main"
  refuses --export=main.ad "did you mean add?"
  refuses --export=man.add "the program has no package man"
  refuses --export=main.T.method "main is a package, main.T is not"
  refuses "--export=main.(*T).method" "methods cannot be exported"
  refuses --export=main.generic "a generic function cannot be exported"
  refuses --export=main.text "the result: a string cannot be a result, only a parameter [string-result]"
  refuses --export=main.variadic "parameter a: []int32 cannot be passed by value [type-by-value]"
  refuses --export=main.pointer \
    "parameter p: int has no fixed meaning in memory for the host [type-in-memory]"
  refuses --export=main.unmarked "other.Plain has no field of type structs.HostLayout [host-layout]"
  refuses --export=main.large "take more than the 128 bytes"
  refuses --export=main.add=taken "duplicate definition of symbol taken, which is an export name"
  refuses --no-export=takn "did you mean taken?"
  refuses "--export=main.add=a b" "without white space"
}

does_not_hand_over() {
  local out
  out=$(WALD=off few --export=main.add) && fail "WALD=off is accepted"
  expect_match "$out" "WALD=off in the environment"
  out=$(few --verify --export=main.add) && fail "--verify is accepted"
  expect_match "$out" "--verify compares with the Go linker"
}

for version in "${versions[@]}"; do
  export GOTOOLCHAIN=go$version
  for current in makes_the_compilers_wrappers exports_under_another_name_and_with_several_results \
    drops_and_replaces_exports refuses_what_cannot_be_exported does_not_hand_over; do
    $current "$version"
  done
done
[ "$failures" -eq 0 ] && echo "exports: ok"
exit "$((failures > 0))"

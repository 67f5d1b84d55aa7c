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
source "$here/go_cases.sh"

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

# -- What the compiler read: overlays, in all places where the go command takes them from. On the
# disk half is of int64, in the overlay of float64; extra is in the overlay only, and lone has no
# source there.
mkdir -p "$tmp/over/other" "$tmp/over/geo"
cd "$tmp/over" || exit 1
printf 'module example.org/over\n\ngo 1.24\n' >go.mod
printf 'package main\n\nimport "example.org/over/geo"\n\nfunc main() {}\n\nfunc half(x int64) int64 { return x / 2 }\n\nfunc twice(x geo.Number) geo.Number { return 2 * x }\n' >main.go
sed 's/int64/float64/g' main.go >other/main.go
printf 'package main\n\nfunc lone() int32 { return broken }\n' >lone.go
printf 'package main\n\nfunc extra(x float32) float32 { return x / 2 }\n' >other/extra.go
printf 'package geo\n\ntype Number = int32\n' >geo/geo.go
printf 'package geo\n\ntype Number = float32\n' >other/geo.go
cat >overlay.json <<'END'
{"Replace": {"main.go": "other/main.go", "./extra.go": "other/../other/extra.go", "lone.go": "",
 "geo/geo.go": "other/geo.go"}}
END

# over WORDS...: the command, which writes over.wasm, and the exports that it has
over() {
  local out
  rm -f "$tmp/over.wasm"
  out=$("$@" 2>&1) || fail "$*: $out"
  "$wald" dump --exports "$tmp/over.wasm" | grep -E '"(half|extra|twice)"' | sed 's/ func.*//; s/export //' |
    sort | tr '\n' ' '
}

reads_overlays() {
  local file want
  local options=(--export=main.half --export=main.extra --export=main.twice)
  local output=(-buildmode=c-shared -o "$tmp/over.wasm")
  want='"extra" (f32) -> (f32) "half" (f64) -> (f64) "twice" (f32) -> (f32) '
  cd "$tmp/over" || exit 1
  expect_equal "$(over "$wald" build "${options[@]}" -overlay overlay.json "${output[@]}" .)" "$want"
  expect_equal "$("$wald" run --invoke half=3 "$tmp/over.wasm")" 1.5
  expect_equal "$(over "$wald" build "${options[@]}" -overlay="$PWD/overlay.json" "${output[@]}" .)" \
    "$want"
  expect_equal "$(GOFLAGS=-overlay=overlay.json over "$wald" build "${options[@]}" "${output[@]}" .)" \
    "$want"
  file=$tmp/goenv
  echo "GOFLAGS=-overlay=$PWD/overlay.json" >"$file"
  expect_equal "$(unset GOFLAGS && GOENV=$file over "$wald" build "${options[@]}" "${output[@]}" .)" \
    "$want"
  expect_equal "$(cd / && over "$wald" build -C "$tmp/over" "${options[@]}" -overlay overlay.json \
    "${output[@]}" .)" "$want"
  ln -sfn "$tmp/over" "$tmp/link"
  expect_equal "$(cd "$tmp/link" && over "$wald" build "${options[@]}" -overlay overlay.json \
    "${output[@]}" .)" "$want"
  # Without it the sources on the disk count; lone.go does not compile.
  mv lone.go lone
  expect_equal "$(over "$wald" build --export=main.half --export=main.twice "${output[@]}" .)" \
    '"half" (i64) -> (i64) "twice" (i32) -> (i32) '
  mv lone lone.go
}

# The go command does not tell its tools.
reads_overlays_under_toolexec() {
  local want out
  local output=(-buildmode=c-shared -o "$tmp/over.wasm")
  local tool="$wald toolexec --export=main.half --export=main.extra --export=main.twice"
  want='"extra" (f32) -> (f32) "half" (f64) -> (f64) "twice" (f32) -> (f32) '
  cd "$tmp/over" || exit 1
  export GOOS=wasip1 GOARCH=wasm
  expect_equal "$(over go build -toolexec="$tool" -overlay overlay.json "${output[@]}" .)" "$want"
  expect_equal "$(GOFLAGS=-overlay=overlay.json over go build -toolexec="env $tool" "${output[@]}" .)" \
    "$want"
  expect_equal "$(cd / && over go build -C "$tmp/link" -toolexec="$tool" -overlay overlay.json \
    "${output[@]}" .)" "$want"
  # A go command that cannot be seen: nothing is guessed.
  mkdir -p "$tmp/hidden"
  rm -f "$tmp/over.wasm"
  cp "$(go env GOROOT)/bin/go" "$tmp/hidden/hidden" # its name tells what it is
  out=$(GOROOT=$(go env GOROOT) "$tmp/hidden/hidden" build -toolexec="$tool" -overlay overlay.json \
    "${output[@]}" . 2>&1) && fail "an unknown overlay is accepted"
  expect_match "$out" "whether the sources were compiled with -overlay is not known"
  out=$(GOROOT=$(go env GOROOT) WALD_OVERLAY=$PWD/overlay.json WALD_OVERLAY_DIR=$PWD \
    over "$tmp/hidden/hidden" build -toolexec="$tool" -overlay overlay.json "${output[@]}" .)
  expect_equal "$out" "$want"
  unset GOOS GOARCH
}

checks_through_overlays() {
  local out
  cd "$tmp/over" || exit 1
  out=$("$wald" check --print --export=main.half --export=main.extra -overlay overlay.json . 2>&1) ||
    fail "wald check: $out"
  expect_match "$out" "func(x float64) float64"
  expect_match "$out" "func(x float32) float32"
  # Mistakes that the overlay mends, and those that stand in it.
  mkdir -p "$tmp/mended/other" && cd "$tmp/mended" || exit 1
  printf 'module example.org/mended\n\ngo 1.24\n' >go.mod
  printf 'package main\n\n// go:wasmexport tick\nfunc tick() {}\n\nfunc main() {}\n' >main.go
  sed 's,// go:,//go:,' main.go >other/main.go
  echo '{"Replace": {"main.go": "other/main.go"}}' >mends.json
  echo '{"Replace": {"other.go": "other/wrong.go"}}' >adds.json
  printf 'package main\n\n// go:wasmexport tock\nfunc tock() {}\n' >other/wrong.go
  out=$("$wald" check -overlay mends.json -buildmode=c-shared . 2>&1) || fail "not mended: $out"
  out=$("$wald" check -overlay mends.json -buildmode=c-shared . 2>&1)
  [[ $out != *misspelt* ]] || fail "the file on the disk is read: $out"
  out=$("$wald" check -overlay adds.json . 2>&1) && fail "what stands only in the overlay is not found"
  expect_match "$out" "main.tock (other.go:3:1)"
}

# -- Sources that are not those that were compiled, where nobody tells: wald link by itself.
compile_stale() { # FUNCTION: into main.a
  printf 'module example.org/stale\n\ngo 1.24\n' >go.mod
  printf 'package main\n\nimport ("math"; "unsafe")\n\nvar _ = math.Pi\nvar _ unsafe.Pointer\nvar sink int\n\nfunc main() {}\n\n%s\n' "$1" >main.go
  GOOS=wasip1 GOARCH=wasm go list -export -deps \
    -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . >all.cfg || fail "$1"
  cp "$(sed -n 's,^packagefile example.org/stale=,,p' all.cfg)" main.a
}
link_stale() {
  GOOS=wasip1 GOARCH=wasm "$wald" link -importcfg all.cfg -buildmode=c-shared -o stale.wasm \
    --export=main.f main.a 2>&1
}

refuses_other_sources() {
  local compiled disk text out
  mkdir -p "$tmp/stale" && cd "$tmp/stale" || exit 1
  while IFS='|' read -r compiled disk text; do
    compile_stale "$compiled"
    sed -i '/^func f(/d' main.go
    echo "$disk" >>main.go
    out=$(link_stale) && fail "$compiled is taken for $disk"
    expect_match "$out" "its declaration does not fit the object: $text"
  done <<'END'
func f(x float64) float64 { return x / 2 }|func f(x int64) int64 { return x / 2 }|parameter x, int64, is a floating-point number there
func f(x int64) int64 { return x / 2 }|func f(x float64) float64 { return x / 2 }|parameter x, float64, is no floating-point number there
func f(x int32) float32 { return 2 }|func f(x int32) int32 { return 2 }|result, int32, is a floating-point number there
func f(x bool) {}|func f(x int32) {}|parameter x, int32, has another type there
func f(x, y int32) {}|func f(x int64) {}|parameter x, int64, has another type there
func f(p *int32, n int64) {}|func f(s string) {}|parameter s, string, has another type there
func f(p *int32) { sink = int(*p) }|func f(p int64) { sink = int(p) }|its pointers lie elsewhere there
func f(p int64) { sink = int(p) }|func f(p unsafe.Pointer) { sink = int(uintptr(p)) }|its pointers lie elsewhere there
func f(x int32) {}|func f(x, y int32) {}|parameter y, int32, has another type there
func f(x, y, z int32) {}|func f(x, y int32) {}|8 bytes of parameters and results, not 16
END
}

takes_its_own_sources() {
  local function out
  mkdir -p "$tmp/stale" && cd "$tmp/stale" || exit 1
  while read -r function; do
    compile_stale "$function"
    out=$(link_stale) || fail "$function: $out"
  done <<'END'
func f(x int64) float64 { return math.Float64frombits(uint64(x)) }
func f(x float32) uint32 { return math.Float32bits(x) }
func f(x float64) (r float64) { defer func() { r = x }(); return 2 }
func f(x float64) (r int64) { p := &x; sink = int(*p); return }
func f(x int32) (a float64, b float32, c int64) { if x > 1 { panic(1) }; return }
func f(a float32, s string, p *int32, b bool, u uintptr) (r float64) { for i := range s { r += float64(s[i]) * float64(a) }; if b { r += float64(*p) + float64(u) }; return }
func f(_ float64, _ *int32, _ string) (_ *int32, _ float32) { return nil, 1 }
func f(float64, unsafe.Pointer) (*int32, bool) { var b [200]byte; for i := range b { b[i] = byte(sink) }; return nil, b[3] > 1 }
func f(a, b, c, d, e, f, g, h, i, j, k, l uint32) float32 { return float32(a + l) }
func f(x float64) { go func() { sink = int(x) }() }
END
}

checks_several_results() {
  local out
  cd "$tmp/few" || exit 1
  out=$("$wald" check -buildmode=c-shared --export=main.both . 2>&1) || fail "wald check: $out"
  [[ $out != *several-results* ]] || fail "$out"
}

# -- Exports named like another symbol of the program, reachable or not. The wrapper of an export is
# a symbol of its name.
mkdir -p "$tmp/names/lib"
cd "$tmp/names" || exit 1
printf 'module example.org/names\n\ngo 1.24\n' >go.mod
printf 'package lib\n\nvar V = 7\n\nvar Dead = map[string]int{"a": 1}\n\nvar Empty [4]int\n\ntype T int\n' >lib/lib.go
names() { # NAME: the program that exports it by a directive
  printf 'package main\n\nimport (\n\t"example.org/names/lib"\n\t"fmt"\n\t"os"\n)\n\n//go:wasmexport %s\nfunc get() int32 { return 41 }\n\nfunc main() { fmt.Println(os.Args, lib.V, lib.T(1)) }\n' "$1" >main.go
}

refuses_names_of_symbols() {
  local name out package
  cd "$tmp/names" || exit 1
  for name in os.Args runtime.buildVersion runtime.zerobase example.org/names/lib.V \
    example.org/names/lib.Dead example.org/names/lib.Empty; do
    package=${name%.*}
    names "$name"
    rm -f names.wasm
    out=$("$wald" build -buildmode=c-shared -o names.wasm . 2>&1) && fail "a directive for $name is accepted"
    expect_match "$out" "wald: error: export name $name is reserved"
    [ ! -e names.wasm ] || fail "$name leaves an output"
    names get
    out=$("$wald" build --no-export=get --export="main.get=$name" -buildmode=c-shared -o names.wasm . 2>&1) &&
      fail "--export for $name is accepted"
    expect_match "$out" "export name"
    [ ! -e names.wasm ] || fail "--export for $name leaves an output"
    out=$("$wald" check -buildmode=c-shared --no-export=get --export="main.get=$name" . 2>&1) &&
      fail "wald check takes $name"
    expect_match "$out" "export name $name is reserved: package $package defines a symbol of that name"
  done
  for name in os.Argh example.org/names/lib.v wasi:http/handler@0.2.0#os.Args main.gets; do
    names "$name"
    out=$("$wald" build -buildmode=c-shared -o names.wasm . 2>&1) || fail "$name is refused: $out"
  done
}

for version in "${versions[@]}"; do
  export GOTOOLCHAIN=go$version
  for current in makes_the_compilers_wrappers exports_under_another_name_and_with_several_results \
    drops_and_replaces_exports refuses_what_cannot_be_exported does_not_hand_over \
    reads_overlays reads_overlays_under_toolexec checks_through_overlays refuses_other_sources \
    takes_its_own_sources checks_several_results refuses_names_of_symbols; do
    $current "$version"
  done
done
[ "$failures" -eq 0 ] && echo "exports: ok"
exit "$((failures > 0))"

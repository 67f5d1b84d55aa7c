#!/bin/bash
# Links that must fail, with real Go objects: by wald and by the reference, on the same inputs. What
# is compared: the exit status and whether an output appears. wald's text is checked too, and that
# an earlier output stays as it was (the reference deletes it).
# usage: link_errors_test.sh [WALD]; VERSIONS="1.24.13 1.27.4" chooses the Go versions
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
tmp=$(mktemp -d)
as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
# One test becomes another user, who may not enter root's home if TMPDIR lies there.
if [ "$(id -u)" -eq 0 ] && ! "${as_nobody[@]}" test -x "$(dirname "$tmp")"; then
  rmdir "$tmp"
  tmp=$(mktemp -d -p /tmp)
fi
mounted=
cleanup() {
  [ -z "$mounted" ] || umount "$mounted"
  chmod -R u+w "$tmp"
  rm -rf "$tmp"
}
trap cleanup EXIT
unset GOOS GOARCH GOFLAGS GOEXPERIMENT WALD
export GOFLAGS=-buildvcs=false GOWORK=off
cases=0 failures=0 skipped=0

fail() {
  echo "FAIL: go$version: $current: $*" >&2
  failures=$((failures + 1))
}
skip() {
  echo "SKIPPED: go$version: $current: $*"
  skipped=$((skipped + 1))
}

# -- Making objects

# use_go VERSION: its tools in $tools, an importcfg of std packages in $work/std.cfg.
use_go() {
  version=$1
  export GOTOOLCHAIN=go$version
  work=$tmp/$version
  mkdir -p "$work/out" "$work/temp"
  cd "$work" || exit 1
  goroot=$(cd / && go env GOROOT)
  tools=$(cd / && go env GOTOOLDIR)
  std_packages std.cfg wasip1
}

# std_packages FILE GOOS
std_packages() {
  (cd / && GOOS=$2 GOARCH=wasm go list -export -deps \
    -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' fmt iter) >"$1"
}

# compile PATH [FLAGS] <SOURCE: PATH.a, listed in all.cfg. Flags without -complete, so that
# functions may lack a body. The file is PATH.go, unless the source says otherwise.
compile() {
  local path=$1
  shift
  mkdir -p src
  cat >"src/$path.go"
  [ -e all.cfg ] || cp std.cfg all.cfg
  GOOS=${goos-wasip1} GOARCH=wasm "$tools/compile" -p "$path" -importcfg all.cfg -pack \
    -trimpath "$work/src=>/src" "$@" -o "$path.a" "src/$path.go" ||
    fail "cannot compile $path"
  [ "$path" = main ] || grep -q "^packagefile $path=" all.cfg ||
    echo "packagefile $path=$work/$path.a" >>all.cfg
}

fresh() {
  rm -rf src ./*.a ./*.o ./*.cfg.new
  cp std.cfg all.cfg
}

# -- Linking

run_link() { # LINKER OUT WORD...
  local linker=$1 out=$2
  shift 2
  [ "$linker" = wald ] && linker="$wald link" || linker=$tools/link
  # shellcheck disable=SC2086
  (cd "$work" && env GOROOT="$goroot" GOOS="${goos-wasip1}" GOARCH="${goarch-wasm}" \
    TMPDIR="$work/temp" $linker -o "$out" "$@") 2>&1
}

# expect REFERENCE WALD TEXT... -- WORD...: both statuses, and what stands in wald's message. A status
# is a number, or 0+ for a success with an output.
expect() {
  local want_reference=$1 want_wald=$2 texts=() message
  shift 2
  while [ "$1" != -- ]; do
    texts+=("$1")
    shift
  done
  shift
  cases=$((cases + 1))
  rm -f out/*
  message_of_reference=$(run_link reference out/reference.wasm "$@")
  status_of_reference=$?
  message=$(run_link wald out/wald.wasm "$@")
  status_of_wald=$?
  [ $status_of_reference -eq "$want_reference" ] ||
    fail "the reference exits with $status_of_reference, not $want_reference: $message_of_reference"
  [ $status_of_wald -eq "$want_wald" ] ||
    fail "wald exits with $status_of_wald, not $want_wald: $message"
  for text in "${texts[@]}"; do
    [[ $message == *"$text"* ]] || fail "no '$text' in: $message"
  done
  if [ "$want_wald" -eq 0 ]; then
    cmp out/reference.wasm out/wald.wasm || fail "the outputs differ"
  else
    [[ $message == "wald: error: "* || $message == "wald: warning: "* ]] ||
      fail "not a message: $message"
    [ -z "$(find out -name 'wald*')" ] || fail "wald left $(ls out)"
    echo old >out/wald.wasm
    run_link wald out/wald.wasm "$@" >/dev/null
    [ "$(cat out/wald.wasm)" = old ] || fail "the earlier output is gone"
  fi
  [ -z "$(ls temp)" ] || rm -rf temp/*
  if [ -n "${ERRORS_TABLE-}" ]; then
    printf '%s\t%s\t%s\t%s\t%s\n' "$version" "$current" "$status_of_reference" "$status_of_wald" \
      "$(head -1 <<<"$message")" >>"$ERRORS_TABLE"
    printf '%s\n--reference:\n%s\n--wald:\n%s\n\n' "$version $current" \
      "$(head -5 <<<"$message_of_reference")" "$message" >>"$ERRORS_TABLE.log"
  fi
}

# -- Symbols

calls_an_undefined_function() {
  compile main <<'GO'
package main

func f()

func main() {
	f()
	f()
}
GO
  # The reference writes a module that no engine accepts.
  expect 0 2 'undefined symbol: main.f' '>>> referenced by main.main (/src/main.go:5)' \
    '>>> a function without a body: is a //go:wasmimport MODULE NAME missing in front' -- \
    -importcfg all.cfg main.a
}

takes_the_value_of_an_undefined_function() {
  compile main <<'GO'
package main

func f()

var p = f

func main() { p() }
GO
  expect 2 2 'undefined symbol: main.f' '>>> referenced by main.f·f' -- -importcfg all.cfg main.a
}

calls_undefined_linknames() {
  compile main <<'GO'
package main

import _ "unsafe"

//go:linkname f example.f
func f() int

//go:linkname g example.g
func g() int

func main() { println(f(), g(), f()) }
GO
  expect 0 2 'undefined symbol: example.f' 'undefined symbol: example.g' -- -importcfg all.cfg main.a
  [ "$(run_link wald out/wald.wasm -importcfg all.cfg main.a | grep -c example.f)" -eq 1 ] ||
    fail "example.f is not reported once"
}

lists_twenty_undefined_symbols() {
  {
    printf 'package main\n\n'
    for i in $(seq 10 40); do echo "func f$i()"; done
    echo 'func main() {'
    for i in $(seq 10 40); do echo "f$i()"; done
    echo '}'
  } | compile main
  expect 0 2 'undefined symbol: main.f10' 'undefined symbol: main.f29' 'wald: error: too many errors' \
    -- -importcfg all.cfg main.a
  [ "$(grep -c 'undefined symbol' <<<"$(run_link wald out/wald.wasm -importcfg all.cfg main.a)")" \
    -eq 20 ] || fail "not 20 undefined symbols"
  run_link wald out/wald.wasm -importcfg all.cfg main.a >1.txt
  run_link wald out/wald.wasm --threads=8 -importcfg all.cfg main.a >2.txt
  cmp 1.txt 2.txt || fail "the text depends on the threads"
}

defines_a_function_twice() {
  compile a <<'GO'
package a

import _ "unsafe"

//go:linkname f example.f
func f() int { return 1 }

func F() int { return f() }
GO
  compile main <<'GO'
package main

import (
	"a"
	_ "unsafe"
)

//go:linkname f example.f
func f() int { return 2 }

func main() { println(f(), a.F()) }
GO
  expect 1 1 'duplicate definition of symbol example.f' '>>> defined in package main (/src/main.go:9)' \
    '>>> defined in package a (/src/a.go:6)' -- -importcfg all.cfg main.a
}

defines_a_variable_twice() {
  compile a <<'GO'
package a

import _ "unsafe"

//go:linkname V example.v
var V = 1
GO
  compile main <<'GO'
package main

import (
	"a"
	_ "unsafe"
)

//go:linkname v example.v
var v = 2

func main() { println(v, a.V) }
GO
  expect 1 1 'duplicate definition of symbol example.v' '>>> defined in package main (main.a(_go_.o))' \
    '>>> defined in package a (' -- -importcfg all.cfg main.a
}

exports_a_name_twice() {
  compile a <<'GO'
package a

//go:wasmexport add
func Add(x, y int32) int32 { return x + y }
GO
  compile main <<'GO'
package main

import _ "a"

//go:wasmexport add
func sum(x, y int32) int32 { return x + y }

func main() {}
GO
  expect 1 1 'duplicate definition of symbol add, which is an export name' \
    '>>> defined in main.sum (/src/main.go:6)' '>>> defined in a.Add (/src/a.go:4)' \
    -- -importcfg all.cfg main.a
}

# export_name NAME REFERENCE WALD TEXT...
export_name() {
  local name=$1
  shift
  compile main <<GO
package main

//go:wasmexport $name
func exported(x int32) int32 { return x }

func main() {}
GO
  expect "$@" -- -importcfg all.cfg -buildid=x main.a
}

exports_a_name_of_the_linker() {
  local name
  for name in go:buildid runtime.text 'type:*' runtime.pclntab; do
    current="exports $name" export_name "$name" 2 2 "export name $name is reserved" 'src/main.go:4' \
      'choose another name'
  done
  current="exports memory" export_name memory 0 2 'export name memory is reserved' 'src/main.go:4'
}

uses_a_blocked_linkname() {
  local name=runtime.coroswitch signature='(c *int)' user=iter
  [[ $version == 1.2[456].* ]] ||
    { name=internal/sync.throw signature='(s string)' user=internal/sync; }
  compile main <<GO
package main

import _ "unsafe"

//go:linkname f $name
func f$signature

var p = f

func main() { _ = p }
GO
  expect 1 1 "main: invalid reference to $name" ">>> only these packages may refer to it: $user" \
    -- -importcfg all.cfg main.a
  current="$current, unchecked" expect 0 0 -- -importcfg all.cfg -checklinkname=0 main.a
}

uses_an_unoffered_linkname() {
  compile main <<'GO'
package main

import _ "unsafe"

//go:linkname f runtime.gcStart
func f(x [3]int)

func main() { f([3]int{}) }
GO
  expect 1 1 'main: invalid reference to runtime.gcStart' 'does not offer it' \
    '>>> in main.main (/src/main.go:8)' -- -importcfg all.cfg main.a
}

has_no_main_function() {
  # go tool compile insists on func main; so it goes by another name in the object.
  compile main <<'GO'
package main

func main() {}
GO
  LC_ALL=C sed 's/main\.main/main.mayn/g' main.a >changed.a
  expect 2 2 'function main is undeclared in the main package' 'add a func main()' \
    -- -importcfg all.cfg changed.a
}

is_not_package_main() {
  compile lib <<'GO'
package lib
GO
  expect 2 2 'not package main' -- -importcfg all.cfg lib.a
}

# -- Packages

misses_a_package() {
  compile a <<<'package a'
  compile main <<'GO'
package main

import _ "a"

func main() {}
GO
  grep -v '^packagefile a=' all.cfg >missing.cfg
  expect 2 2 'cannot find package a' '>>> imported by main' 'no packagefile line for it in missing.cfg' \
    -- -importcfg missing.cfg main.a
  { cat missing.cfg; echo "packagefile a=$work/gone.a"; } >gone.cfg
  current="names a file that is missing" expect 2 2 'gone.a: No such file' '>>> package a' \
    -- -importcfg gone.cfg main.a
  mkdir -p folder.a
  { cat missing.cfg; echo "packagefile a=$work/folder.a"; } >folder.cfg
  current="names a folder" expect 1 1 'folder.a: Is a directory' -- -importcfg folder.cfg main.a
  : >empty.a
  { cat missing.cfg; echo "packagefile a=$work/empty.a"; } >empty.cfg
  current="names an empty file" expect 2 2 'empty.a' '>>> package a' -- -importcfg empty.cfg main.a
  echo 'some text' >text.a
  { cat missing.cfg; echo "packagefile a=$work/text.a"; } >text.cfg
  current="names a text file" expect 2 2 'text.a: not a Go object file' -- -importcfg text.cfg main.a
  rmdir folder.a
  grep -v '^packagefile runtime=' all.cfg >no-runtime.cfg
  current="misses runtime" expect 2 2 'cannot find package runtime' -- -importcfg no-runtime.cfg main.a
  current="main is missing" expect 2 2 'nowhere.a' -- -importcfg all.cfg nowhere.a
  current="importcfg is missing" expect 1 1 'nowhere.cfg' -- -importcfg nowhere.cfg main.a
}

has_truncated_packages() {
  compile a <<'GO'
package a

import "fmt"

func F(x int) string { return fmt.Sprint(x, "text") }
GO
  compile main <<'GO'
package main

import "a"

func main() { println(a.F(1)) }
GO
  local size length
  size=$(stat -c %s a.a)
  for length in 1 7 8 9 40 68 100 $((size / 8)) $((size / 4)) $((size / 2)) $((size - 2000)) \
    $((size - 2)); do
    head -c $length a.a >cut.a
    sed "s|$work/a\.a|$work/cut.a|" all.cfg >cut.cfg
    current="package cut to $length bytes" expect_broken -importcfg cut.cfg main.a
  done
  size=$(stat -c %s main.a)
  for length in 0 1 8 68 $((size / 2)) $((size - 2)); do
    head -c $length main.a >cut.a
    current="main cut to $length bytes" expect_broken -importcfg all.cfg cut.a
  done
}

# A package that is not whole. wald stops at it and names it. The reference stops only if it is cut
# inside an object member, so only then its status is one to compare.
expect_broken() {
  local message
  cases=$((cases + 1))
  rm -f out/*
  local reference
  reference=$(run_link reference out/reference.wasm "$@")
  status_of_reference=$?
  message=$(run_link wald out/wald.wasm "$@")
  status_of_wald=$?
  [ $status_of_wald -eq 1 ] || [ $status_of_wald -eq 2 ] || fail "wald exits with $status_of_wald"
  [ "$status_of_reference" -ne 0 ] || fail "the reference accepts it"
  [[ $reference != *"unexpected EOF"* ]] || [ "$status_of_reference" -eq "$status_of_wald" ] ||
    fail "statuses $status_of_reference and $status_of_wald: $(head -3 <<<"$reference"): $message"
  [[ $message == "wald: error: "*cut.a* ]] || fail "not a message with the file: $message"
  [ -z "$(find out -name 'wald*')" ] || fail "wald left $(ls out)"
  if [ -n "${ERRORS_TABLE-}" ]; then
    printf '%s\t%s\t%s\t%s\t%s\n' "$version" "$current" "$status_of_reference" "$status_of_wald" \
      "$(head -1 <<<"$message")" >>"$ERRORS_TABLE"
    printf '%s\n--reference:\n%s\n--wald:\n%s\n\n' "$version $current" \
      "$(head -5 <<<"$reference")" "$message" >>"$ERRORS_TABLE.log"
  fi
}

was_compiled_against_another_package() {
  compile a <<<'package a; func F() int { return 1 }'
  compile main <<'GO'
package main

import "a"

func main() { println(a.F()) }
GO
  compile a <<<'package a; func F() int { return 1 }; func G() string { return "" }'
  expect 2 2 'fingerprint mismatch: a has ' 'main was compiled against' '>>> package file' \
    '>>> rebuild main' -- -importcfg all.cfg main.a
}

mixes_go_versions() {
  local other=1.26.8
  [ "$version" != "$other" ] || other=1.25.12
  compile a <<<'package a'
  compile main <<<'package main; import _ "a"; func main() {}'
  (
    tools=$(cd / && GOTOOLCHAIN=go$other go env GOTOOLDIR)
    GOOS=wasip1 GOARCH=wasm "$tools/compile" -p a -pack -o a.a src/a.go
  )
  expect 2 2 'a.a(_go_.o): object of another toolchain or target' ">>> it has   go object wasip1 wasm go$other" \
    ">>> main has go object wasip1 wasm go$version" -- -importcfg all.cfg main.a
}

mixes_systems() {
  compile main <<<'package main; func main() {}'
  goos=js current="GOOS=js with objects for wasip1" expect 2 2 'main.a' 'GOOS=js' -- -importcfg all.cfg main.a
  goos=linux goarch=amd64 current="GOARCH=amd64 with objects for wasm" \
    expect 2 2 'amd64' -- -importcfg all.cfg main.a
  compile a <<<'package a'
  compile main <<<'package main; import _ "a"; func main() {}'
  GOOS=js GOARCH=wasm "$tools/compile" -p a -pack -o a.a src/a.go
  current="a package for js" expect 2 2 'object of another toolchain or target' 'it has   go object js' \
    -- -importcfg all.cfg main.a
  echo 'package main; func main() {}' >src/native.go
  GOOS=linux GOARCH=amd64 "$tools/compile" -std -p main -pack -o native.a src/native.go &&
    current="main for linux/amd64" expect 2 2 'object for linux/amd64' -- -importcfg all.cfg native.a
}

# -- Options

sets_a_variable_of_another_type() {
  compile main <<'GO'
package main

var number int
var text = "x"

func main() { println(number, text) }
GO
  expect 2 2 'cannot set main.number with -X: it is a variable of type int, not string' \
    -- -importcfg all.cfg -X main.number=1 main.a
  current="sets a variable that is missing" expect 0 0 -- -importcfg all.cfg -X main.gone=1 main.a
  current="sets a function" expect 0 0 -- -importcfg all.cfg -X main.main=1 main.a
  current="sets without a value" expect 2 2 'not of the form' -- -importcfg all.cfg -X main.text main.a
}

compares_duplicates_strictly() {
  compile a <<'GO'
package a

import _ "unsafe"

type T[P any] struct{ p P }

func (t T[P]) M() int { return 1 }

func F() int { return T[int]{}.M() }
GO
  # The same generic function, compiled to different code: -N changes it in one of two packages.
  compile main -N -l <<'GO'
package main

import "a"

func main() { println(a.F(), a.T[int]{}.M()) }
GO
  expect 2 2 'duplicate symbol a.T[int].M with different contents' \
    '>>> defined in package a (/src/a.go:7)' -- -importcfg all.cfg -strictdups=2 main.a
  current="only warns of duplicates" expect 0 0 -- -importcfg all.cfg -strictdups=1 main.a
  current="strictness 3" expect 1 1 'invalid -strictdups value 3' -- -importcfg all.cfg -strictdups=3 main.a
}

has_no_reactors_for_js() {
  std_packages js.cfg js
  cp js.cfg all.cfg
  goos=js compile main <<<'package main; func main() {}'
  goos=js current="c-shared for js" expect 2 2 'c-shared' -- -importcfg js.cfg -buildmode=c-shared main.a
}

# -- The output

cannot_write() {
  compile main <<<'package main; func main() {}'
  local message status
  for target in missing/out.wasm folder; do
    mkdir -p folder
    current="writes to $target"
    cases=$((cases + 1))
    message_of_reference=$(run_link reference "$target" -importcfg all.cfg main.a)
    status_of_reference=$?
    mkdir -p folder
    message=$(run_link wald "$target" -importcfg all.cfg main.a)
    status=$?
    [ $status -eq "$status_of_reference" ] ||
      fail "statuses $status_of_reference, $status: $message_of_reference: $message"
    [[ $message == "wald: error: cannot "*" $target: "* ]] || fail "not a message: $message"
    [ -d folder ] || fail "the folder is gone"
    [ -e missing ] && fail "something was made"
    note_row "$status_of_reference" "$status" "$message"
  done
}

note_row() {
  [ -z "${ERRORS_TABLE-}" ] || printf '%s\t%s\t%s\t%s\t%s\n' "$version" "$current" "$1" "$2" \
    "$(head -1 <<<"$3")" >>"$ERRORS_TABLE"
}

writes_to_a_full_device() {
  compile main <<<'package main; func main() {}'
  local message status
  cases=$((cases + 1))
  run_link reference /dev/full -importcfg all.cfg main.a # does not notice
  status_of_reference=$?
  message=$(run_link wald /dev/full -importcfg all.cfg main.a)
  status=$?
  [ $status -eq 2 ] || fail "status $status: $message"
  [[ $message == "wald: error: cannot write /dev/full: No space left on device" ]] ||
    fail "not a message: $message"
  note_row "$status_of_reference" "$status" "$message"
}

writes_to_dev_null() {
  compile main <<<'package main; func main() {}'
  cases=$((cases + 1))
  run_link wald /dev/null -importcfg all.cfg main.a || fail "status $?"
  [ -c /dev/null ] || fail "/dev/null is gone"
  # The module is validated before it goes into a pipe.
  rm -f pipe && mkfifo pipe
  cat pipe >piped.wasm &
  run_link wald pipe --validate -importcfg all.cfg main.a || fail "status $?"
  wait $!
  [ -p pipe ] || fail "the pipe is gone"
  run_link wald file.wasm -importcfg all.cfg main.a || fail "status $?"
  cmp piped.wasm file.wasm || fail "another module in a pipe"
}

writes_to_a_full_disk() {
  compile main <<<'package main; func main() {}'
  mkdir -p small
  if ! mount -t tmpfs -o size=64k tmpfs small 2>/dev/null; then
    skip "cannot mount a small file system"
    return
  fi
  mounted=$work/small
  local message status
  cases=$((cases + 1))
  message_of_reference=$(run_link reference small/out.wasm -importcfg all.cfg main.a)
  status_of_reference=$?
  rm -f small/*
  echo old >small/out.wasm
  message=$(run_link wald small/out.wasm -importcfg all.cfg main.a)
  status=$?
  [ $status -eq 2 ] || fail "statuses $status_of_reference, $status: $message_of_reference: $message"
  [[ $message == "wald: error: cannot write small/out.wasm: No space left on device"* ]] ||
    fail "not a message: $message"
  [ "$(ls -A small)" = out.wasm ] || fail "left: $(ls -A small)"
  [ "$(cat small/out.wasm)" = old ] || fail "the earlier output is gone"
  note_row "$status_of_reference" "$status" "$message"
  umount small && mounted=
}

writes_to_a_read_only_folder() {
  compile main <<<'package main; func main() {}'
  local as_user=() message status
  if [ "$(id -u)" -eq 0 ]; then
    as_user=("${as_nobody[@]}")
    "${as_user[@]}" true 2>/dev/null || { skip "cannot become another user"; return; }
  fi
  mkdir -p locked
  echo old >locked/out.wasm
  chmod 444 locked/out.wasm # an ordinary user owns it
  chmod 555 locked
  chmod -R a+rX "$tmp"
  # Others cannot read the Go cache of root, so the objects are copied.
  rm -rf objects
  mkdir objects
  while IFS='=' read -r name file; do
    cp "$file" "objects/$(md5sum <<<"$name" | cut -c1-16).a"
    echo "$name=$work/objects/$(md5sum <<<"$name" | cut -c1-16).a"
  done <all.cfg >copied.cfg
  cp "$wald" wald-copy
  chmod -R a+rX . objects
  cases=$((cases + 1))
  message=$(GOOS=wasip1 GOARCH=wasm "${as_user[@]}" "$work/wald-copy" link -o locked/new.wasm \
    -importcfg copied.cfg main.a 2>&1)
  status=$?
  [ $status -eq 2 ] || fail "status $status: $message"
  [[ $message == "wald: error: cannot create locked/new.wasm: Permission denied"* ]] ||
    fail "not a message: $message"
  [ "$(ls -A locked)" = out.wasm ] || fail "left: $(ls -A locked)"
  note_row "-" "$status" "$message"
  message=$(GOOS=wasip1 GOARCH=wasm "${as_user[@]}" "$work/wald-copy" link -o locked/out.wasm \
    -importcfg copied.cfg main.a 2>&1)
  [ $? -eq 2 ] || fail "writes over a file in a folder that is read-only: $message"
  [ "$(cat locked/out.wasm)" = old ] || fail "the earlier output is gone"
  # The folder does not let go of the file, but the file may be written.
  chmod 666 locked/out.wasm
  run_link reference out/reference.wasm -importcfg all.cfg main.a
  GOROOT=$goroot GOOS=wasip1 GOARCH=wasm "${as_user[@]}" "$work/wald-copy" link -o locked/out.wasm \
    -importcfg copied.cfg main.a || fail "status $?"
  cmp out/reference.wasm locked/out.wasm || fail "the outputs differ"
  chmod 755 locked
}

writes_through_a_symbolic_link() {
  compile main <<<'package main; func main() {}'
  mkdir -p real
  rm -f real/* dangling.wasm
  cases=$((cases + 1))
  echo old >real/out.wasm
  ln -sf real/out.wasm link.wasm
  run_link wald link.wasm -importcfg all.cfg main.a || fail "status $?"
  [ -L link.wasm ] || fail "the link is gone"
  run_link reference out/reference.wasm -importcfg all.cfg main.a
  cmp out/reference.wasm real/out.wasm || fail "the outputs differ"
  ln -sf real/gone.wasm dangling.wasm
  current="writes through a dangling link"
  run_link wald dangling.wasm -importcfg all.cfg main.a || fail "status $?"
  [ -L dangling.wasm ] || fail "the link is gone"
  cmp out/reference.wasm real/gone.wasm || fail "the outputs differ"
}

writes_over_an_input() {
  compile main <<<'package main; func main() {}'
  cp main.a both.a
  cases=$((cases + 1))
  run_link reference out/reference.wasm -importcfg all.cfg main.a
  run_link wald both.a -importcfg all.cfg both.a || fail "status $?"
  cmp out/reference.wasm both.a || fail "the outputs differ"
}

for go_version in ${VERSIONS-1.24.13 1.27.4}; do
  use_go "$go_version"
  for current in ${ONLY-calls_an_undefined_function takes_the_value_of_an_undefined_function \
    calls_undefined_linknames lists_twenty_undefined_symbols defines_a_function_twice \
    defines_a_variable_twice exports_a_name_twice exports_a_name_of_the_linker \
    uses_a_blocked_linkname uses_an_unoffered_linkname has_no_main_function is_not_package_main \
    misses_a_package has_truncated_packages was_compiled_against_another_package \
    mixes_go_versions mixes_systems sets_a_variable_of_another_type compares_duplicates_strictly \
    has_no_reactors_for_js cannot_write writes_to_a_full_device writes_to_dev_null writes_to_a_full_disk \
    writes_to_a_read_only_folder writes_through_a_symbolic_link writes_over_an_input}; do
    fresh
    $current
  done
done
summary="$cases links, $skipped skipped"
[ "$failures" = 0 ] && echo "link_errors_test: passed, $summary" ||
  echo "link_errors_test: $failures failures, $summary"
[ "$failures" = 0 ]

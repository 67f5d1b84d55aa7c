#!/bin/bash
# --optimize=fold: instances of generic functions share bodies, proven, and the program does the same, with
# the same tracebacks.
# usage: fold_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

# T has types of one machine type and of shapes of their own, so the compiler makes an instance for each.
# Those of fill differ in what is a pointer.
cat >main.go <<'END'
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
)

type Whole interface {
	int | uint | int64 | uint64 | uintptr
}

//go:noinline
func deeper[T Whole](list []T, n T, seen func(string)) T {
	var room [20]T
	for i := range room {
		room[i] = n + T(i)
	}
	if n > 0 {
		return deeper(list, n-1, seen) + room[3]
	}
	if seen != nil {
		_, file, line, ok := runtime.Caller(0)
		pc, _, _, _ := runtime.Caller(1)
		seen(fmt.Sprint(runtime.FuncForPC(pc).Name(), file[strings.LastIndex(file, "/"):], line, ok))
	}
	runtime.GC()
	return list[len(room)-20]
}

//go:noinline
func calls[T Whole](list []T, index T) (sum T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v of %d", r, len(list))
		}
	}()
	sum = deeper(list, 700, nil)
	for _, each := range list {
		sum = sum*3 + each
	}
	return sum + list[index], nil
}

//go:noinline
func send[T Whole](out chan<- string, list []T) {
	for _, each := range list {
		runtime.Gosched()
		out <- fmt.Sprint(each)
	}
	close(out)
}

//go:noinline
func fill[T any](value T, n int) []T {
	var list []T
	for range n {
		list = append(list, value)
		runtime.GC()
	}
	return list
}

// leaf and other do the same and nobody can tell.
//
//go:noinline
func leaf(a, b int) int { return a*31 + b }

//go:noinline
func other(a, b uint) uint { return a*31 + b }

// looks and sees do the same, and their names tell.
//
//go:noinline
func looks() string { return where() }

//go:noinline
func sees() string { return where() }

//go:noinline
func where() string {
	pc, _, _, _ := runtime.Caller(1)
	return runtime.FuncForPC(pc).Name()
}

func all[T Whole](list []T) {
	fmt.Println(calls(list, 1))
	fmt.Println(calls(list, 1000))
	deeper(list, 2, func(text string) { fmt.Println(text) })
	out := make(chan string)
	go send(out, list)
	for text := range out {
		fmt.Print(text, " ")
	}
	fmt.Println()
}

func main() {
	all([]int{1, 2, 3})
	all([]uint{4, 5, 6})
	all([]int64{7, 8, 9})
	all([]uint64{1, 2, 3})
	all([]uintptr{3, 2, 1})
	word := new(string)
	*word = strings.Repeat("x", 5)
	fmt.Println(fill(uint64(7), 5), *fill(word, 5)[4], fill(uintptr(9), 5))
	fmt.Println(leaf(3, 4), other(5, 6), looks(), sees())
	one, two := reflect.ValueOf(deeper[int]).Pointer(), reflect.ValueOf(deeper[uint]).Pointer()
	fmt.Println(one != two, runtime.FuncForPC(one).Name(), runtime.FuncForPC(two).Name())
	if len(os.Args) > 5 {
		return
	}
	deeper([]uint64{}, 4, nil)
}
END
goos=wasip1 ldflags=
# With one build id, whatever links.
build() { GOTOOLCHAIN=go$version GOOS=$goos GOARCH=wasm "$wald" build -o "$1" "-ldflags=-buildid=one $ldflags" "${@:2}" main.go; }
for version in 1.24.13 1.27.4; do
  build before.wasm || fail "cannot build"
  run_module before
  grep -q '^main.deeper\[...\]' before.err || fail "$version: $(cat before.err)"
  for parts in fold code,tables,fold; do
    build after.wasm --optimize=$parts --verify --stats 2>stats || fail "$version, $parts: $(cat stats)"
    folded=$(sed -n "s/ functions share another's body.*//p" stats)
    [ "${folded:-0}" -ge 12 ] || fail "$version, $parts: few functions were folded: $(cat stats)"
    run_module after
    cmp before.out after.out || fail "$version, $parts: $(diff before.out after.out)"
    # But for where the stacks lie, which is up to chance.
    diff <(sed "s/0x[0-9a-f]*/0x/g" before.err) <(sed "s/0x[0-9a-f]*/0x/g" after.err) >difference ||
      fail "$version, $parts: $(cat difference)"
    "$wald" dump --go after.wasm >/dev/null || fail "$version, $parts: dump"
  done
  # Nothing but code and the table is another, and only code is smaller.
  build after.wasm --optimize=fold
  "$wald" dump --diff before.wasm after.wasm | grep -E '^section' | grep -Ev 'section (code|element)' &&
    fail "$version: other sections differ"
  ldflags=-s
  build one.wasm --optimize=fold --threads=1
  build two.wasm --optimize=fold --threads=2
  cmp one.wasm two.wasm || fail "$version: threads make a difference"
  ldflags=
done
goos=js
build before.wasm
build after.wasm --optimize=code,fold --verify 2>/dev/null || fail "js is not proven"
run_module before
run_module after
cmp before.out after.out || fail "js: $(diff before.out after.out)"

[ $failures -eq 0 ] && echo "fold_test: passed"
exit $((failures > 0))

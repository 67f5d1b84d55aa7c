#!/bin/bash
# wald optimize: the program does the same, other sections keep their bytes, a failure leaves nothing.
# usage: optimize_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

cat >main.go <<'END'
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
)

func recovered(i int) (text string) {
	defer func() { text = fmt.Sprint("recovered: ", recover()) }()
	for j := range 3 {
		defer func() { i += j }()
		if j == 2 {
			var list []int
			return fmt.Sprint(list[i])
		}
	}
	return "not reached"
}

func deep(n int) int {
	var room [64]int
	room[n%64] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + room[n%64]
}

func pipeline(out chan<- int) {
	var group sync.WaitGroup
	values := make(chan int)
	for range 4 {
		group.Go(func() {
			for v := range values {
				if v%2 == 0 {
					runtime.Gosched()
				}
				out <- v * v
			}
		})
	}
	for i := range 50 {
		values <- i
	}
	close(values)
	group.Wait()
	close(out)
}

func main() {
	squares, done := make(chan int), make(chan struct{})
	sum := 0
	go func() {
		defer close(done)
		for {
			select {
			case v, ok := <-squares:
				if !ok {
					runtime.Goexit()
				}
				sum += v
			}
		}
	}()
	pipeline(squares)
	<-done
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.Strings(words)
	runtime.GC()
	fmt.Println(sum, recovered(7), deep(3000), words)
	var target *os.PathError
	_, err := os.Open("/does/not/exist")
	fmt.Println(errors.As(err, &target))
	panic(fmt.Sprintf("the end of %d", len(words)))
}
END
for version in 1.25.12 1.27.4; do
  GOTOOLCHAIN=go$version GOOS=wasip1 GOARCH=wasm go build -o before.wasm main.go ||
    fail "cannot build with $version"
  "$wald" optimize before.wasm -o after.wasm --stats --verify >stats ||
    fail "cannot optimize, or prove that it is the same"
  grep -Eq '^rebuilt [0-9]{4}' stats || fail "$version: few functions were rebuilt: $(cat stats)"
  grep '^left' stats | grep -v 'no table' && fail "$version: functions were left"
  [ "$(stat -c %s after.wasm)" -lt "$(stat -c %s before.wasm)" ] || fail "$version: no smaller"
  for module in before after; do
    "$wald" run "$module.wasm" >"$module.out" 2>"$module.err"
    echo "exit status $?" >>"$module.out"
  done
  cmp before.out after.out || fail "$version: $(diff before.out after.out)"
  grep -q '^40425 recovered: runtime error: index out of range' after.out ||
    fail "$version: $(cat after.out)"
  # The traceback: functions, lines and places in them.
  cmp before.err after.err || fail "$version: $(diff before.err after.err)"
  grep -q '^main.main()' after.err || fail "$version: no traceback: $(cat after.err)"
  "$wald" dump --diff before.wasm after.wasm | grep -E '^section (import|table|memory|global|export|element|data|custom)' &&
    fail "$version: other sections differ"
done

# Without a name section the runtime's own tables tell the names.
GOOS=wasip1 GOARCH=wasm go build -ldflags=-s -o stripped.wasm main.go || fail "cannot build"
"$wald" optimize stripped.wasm -o after.wasm --stats >stripped.stats || fail "cannot optimize"
cmp <(grep '^code' stats) <(grep '^code' stripped.stats) ||
  fail "names make a difference: $(cat stripped.stats)"

printf 'no module' >broken.wasm
expect 1 'broken.wasm' "$wald" optimize broken.wasm -o none.wasm
[ -e none.wasm ] && fail "a failure made a file"
expect 2 'usage: wald optimize' "$wald" optimize before.wasm
expect 1 'No such file' "$wald" optimize missing.wasm -o none.wasm
expect 1 '/dev/full' "$wald" optimize before.wasm -o /dev/full
[ "$failures" -eq 0 ]

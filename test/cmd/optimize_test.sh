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
# build OUT [FLAGS...]: with one build id, whatever links.
build() {
  GOTOOLCHAIN=go$version GOOS=$goos GOARCH=wasm go build -o "$1" "${@:2}" main.go || fail "cannot build with $version"
}
# run_both: before.wasm and after.wasm give the same output, and the same traceback with functions,
# lines and places in them.
run_both() {
  run_module before
  run_module after
  cmp before.out after.out || fail "$version, $goos: $(diff before.out after.out)"
  grep -q '^40425 recovered: runtime error: index out of range' after.out ||
    fail "$version, $goos: $(cat after.out after.err)"
  cmp before.err after.err || fail "$version, $goos: $(diff before.err after.err)"
  grep -q '^main.main()' after.err || fail "$version, $goos: no traceback: $(cat after.err)"
}

one_id=-ldflags=-buildid=one
goos=wasip1
for version in 1.25.12 1.27.4; do
  build before.wasm $one_id
  "$wald" optimize before.wasm -o after.wasm --stats --verify >stats ||
    fail "cannot optimize, or prove that it is the same"
  grep -Eq '^rebuilt [0-9]{4}' stats || fail "$version: few functions were rebuilt: $(cat stats)"
  grep '^left' stats | grep -v 'no table' && fail "$version: functions were left"
  [ "$(stat -c %s after.wasm)" -lt "$(stat -c %s before.wasm)" ] || fail "$version: no smaller"
  run_both
  "$wald" dump --diff before.wasm after.wasm |
    grep -E '^section (import|table|memory|global|export|element|data|custom)' | grep -v '"\?name' &&
    fail "$version: other sections differ"

  # A link with the option gives the same module.
  build linked.wasm $one_id -toolexec="$wald toolexec --optimize=code"
  cmp linked.wasm after.wasm || fail "$version: a link with --optimize=code is another module"
  build linked.wasm "$one_id -s -w" -toolexec="$wald toolexec --optimize=code --threads=1"
  build before.wasm "$one_id -s -w"
  "$wald" optimize before.wasm -o after.wasm || fail "cannot optimize"
  cmp linked.wasm after.wasm || fail "$version: without names a link with --optimize=code is another module"

  # With all parts the program does the same, and so it does with tables alone.
  build before.wasm $one_id
  for parts in "" =tables; do
    build after.wasm $one_id -toolexec="$wald toolexec --optimize$parts"
    [ "$(stat -c %s after.wasm)" -lt "$(stat -c %s before.wasm)" ] || fail "$version: no smaller"
    run_both
  done

  # Without lines tracebacks have "?:0" in their place, and nothing else changes.
  build after.wasm $one_id -toolexec="$wald toolexec --optimize --strip=lines,names,producers"
  "$wald" dump --sections after.wasm | grep -E '"(name|producers)"' && fail "$version: a section was not stripped"
  "$wald" run after.wasm >after.out 2>after.err
  echo "exit status $?" >>after.out
  cmp before.out after.out || fail "$version, stripped: $(diff before.out after.out)"
  cmp <(sed -E 's/^\t.*:[0-9]+( \+0x[0-9a-f]+)?$/\t?:0\1/' before.err) after.err ||
    fail "$version, stripped: $(diff before.err after.err)"
done

# Vectors of Go 1.27.
mv main.go all.go
cat >main.go <<'END'
package main

import (
	"fmt"
	"simd/archsimd"
)

//go:noinline
func sum(list []int32) int32 {
	total := archsimd.LoadInt32x4(list)
	for i := 4; i+4 <= len(list); i += 4 {
		v := archsimd.LoadInt32x4(list[i:])
		if list[i]%3 == 0 {
			v = v.Mul(v)
		} else {
			v = v.Max(total).Neg()
		}
		if total = total.Add(v); i%64 == 0 {
			fmt.Println(total.GetElem(1))
		}
	}
	var parts [4]int32
	total.StoreArray(&parts)
	return parts[0] + parts[1] + parts[2] + parts[3]
}

func main() {
	list := make([]int32, 256)
	for i := range list {
		list[i] = int32(i*i - 77*i)
	}
	fmt.Println(sum(list))
}
END
export GOEXPERIMENT=simd
build before.wasm $one_id
build after.wasm $one_id -toolexec="$wald toolexec --optimize --stats" 2>vectors.stats
grep "^left" vectors.stats | grep -v "no table" && fail "vectors: functions were left"
"$wald" run before.wasm >before.out || fail "vectors: $(cat before.out)"
"$wald" run after.wasm >after.out || fail "vectors: $(cat after.out)"
cmp before.out after.out || fail "vectors: $(diff before.out after.out)"
unset GOEXPERIMENT
mv all.go main.go

goos=js
build before.wasm
build after.wasm -toolexec="$wald toolexec --optimize"
run_both
# The option is part of what the go command knows the module by.
cmp -s before.wasm after.wasm && fail "the go command took the module of a link without --optimize"
goos=wasip1
out=$("$wald" build --optimize --stats --threads=1 -o after.wasm main.go 2>&1) || fail "$out"
grep -Eq '^rebuilt [0-9]{4}' <<<"$out" || fail "no statistics: $out"
grep -Eq '^rebuilding took [0-9.]+ ms of CPU time' <<<"$out" || fail "no time: $out"
expect 2 'unknown --optimize=speed: want code, tables or fold' "$wald" build --optimize=speed main.go
for flags in "" -ldflags=-s; do
  expect 0 "1 of 1 links proven to do what the Go linker's do" \
    "$wald" build --optimize --verify $flags -o verified.wasm main.go
done
expect 0 "1 of 1 links proven to do what the Go linker's do" \
  "$wald" build --optimize=tables --verify -o verified.wasm main.go
# Beside a linker that writes another build id the module is not proven, and both are kept.
mkdir -p other temporary
cat >other/link <<SCRIPT
#!/bin/bash
exec "$wald" link "\${@/#-buildid=*/-buildid=other}"
SCRIPT
cat >other/toolexec <<SCRIPT
#!/bin/bash
tool=\$1; shift
if [ "\$(basename "\$tool")" != link ] || [ "\$1" = -V=full ]; then exec "\$tool" "\$@"; fi
TMPDIR=$tmp/temporary exec "$wald" toolexec --verify --optimize "$tmp/other/link" "\$@"
SCRIPT
chmod +x other/link other/toolexec
expect 1 "not proven to do the same: section custom go:buildid is another" \
  env GOOS=wasip1 GOARCH=wasm go build -toolexec="$tmp/other/toolexec" -o other.wasm main.go
[ -e other.wasm ] && fail "a module that is not proven was left"
[ "$(ls temporary/wald-verify*)" = $'reference.wasm\nwald.wasm' ] || fail "the two modules were not kept"
expect 2 '--verify compares with the Go linker, which has no --strip' "$wald" build --verify --strip=lines main.go
expect 2 'did you mean producers' "$wald" build --strip=producer main.go
expect 2 '--verify compares with the Go linker, which has no --export' "$wald" build --optimize --verify --export=main.deep main.go
expect 1 'only the Go linker can do this link, which has no --optimize' env WALD=off "$wald" build --optimize main.go

# Without a name section the runtime's own tables tell the names.
build stripped.wasm -ldflags=-s
"$wald" optimize stripped.wasm -o after.wasm --stats >stripped.stats || fail "cannot optimize"
cmp <(grep '^code' stats) <(grep '^code' stripped.stats) ||
  fail "names make a difference: $(cat stripped.stats)"

printf 'no module' >broken.wasm
expect 1 'broken.wasm' "$wald" optimize broken.wasm -o none.wasm
# A function that returns another type than its own says.
{
  printf '\0asm\1\0\0\0\1\5\1\140\0\1\176\3\2\1\0\12\6\1\4\0\101\1\13'
  printf '\0\35\11producers\1\10language\1\2Go\0041.27'
} >invalid.wasm
expect 1 'invalid.wasm: invalid WebAssembly module: type mismatch' "$wald" optimize invalid.wasm -o none.wasm
[ -e none.wasm ] && fail "a failure made a file"
expect 2 'usage: wald optimize' "$wald" optimize before.wasm
expect 1 'No such file' "$wald" optimize missing.wasm -o none.wasm
expect 1 '/dev/full' "$wald" optimize before.wasm -o /dev/full
[ "$failures" -eq 0 ]

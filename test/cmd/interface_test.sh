#!/bin/bash
# What a module asks its host for and brings along: programs with another memory, with an imported
# one, and with functions in the place of imports, run by wald's interpreter and by node; lists of
# imports, custom sections, names, and the JavaScript of GOOS=js.
# usage: interface_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

cat >main.go <<'END_GO'
package main

import (
	"fmt"
	"os"
	"time"
)

var kept [][]byte

func main() {
	for range 20 {
		kept = append(kept, make([]byte, 1<<20))
	}
	result := make(chan int)
	go func() {
		time.Sleep(time.Millisecond)
		sum := 0
		for _, list := range kept {
			for i := range list {
				sum += int(list[i]) + i&1
			}
		}
		result <- sum
	}()
	fmt.Println("sum", <-result, len(os.Args))
}
END_GO
cat >run.mjs <<'END_JS'
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
const [file, pages] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: ["program"] });
const memory = pages && new WebAssembly.Memory({ initial: Number(pages), maximum: 1024 });
// Left to itself, it throws an exception across the module's frames, which crashes node 20 in one run of 250.
wasi.wasiImport.proc_exit = (status) => {
  const own = instance.exports.memory;
  console.log("status", status, "pages", own.buffer.byteLength / 65536, memory ? memory === own : "");
  process.exit(status);
};
const module = new WebAssembly.Module(readFileSync(file));
const instance = new WebAssembly.Instance(module, {
  wasi_snapshot_preview1: wasi.wasiImport,
  host: { heap: memory },
});
wasi.start(instance);
END_JS
# in_node TEXT PAGES...: out.wasm prints this.
in_node() { expect 0 "$1" node --no-warnings run.mjs out.wasm "${@:2}"; }
# build OPTION...: out.wasm, silently.
build() { expect 0 "" "$wald" build -o out.wasm "$@" main.go; }

for version in 1.24.13 1.27.4; do
  export GOTOOLCHAIN=go$version
  # The runtime uses what there is from the start: no page more for 20 MiB.
  build --initial-memory=64M
  in_node $'sum 10485760 1\nstatus 0 pages 1024 '
  expect 0 'memory min=1024' "$wald" dump --header out.wasm
  build --max-memory=64M --optimize
  expect 0 'sum 10485760 1' "$wald" run out.wasm
  expect 0 'max=1024' "$wald" dump --header out.wasm
  build --max-memory=16M
  expect 2 'out of memory' "$wald" run out.wasm

  build --import-memory=host.heap --initial-memory=32M --max-memory=64M
  in_node $'sum 10485760 1\nstatus 0 pages 512 true' 512
  expect 0 'runtime.moduledata' "$wald" dump --go out.wasm

  # The stub of a function that the program does not call.
  for more in "" --optimize; do
    build $more --stub-import=wasi_snapshot_preview1.sched_yield \
      --stub-import=wasi_snapshot_preview1.args_sizes_get=0
    expect 0 'sum 10485760 0' "$wald" run out.wasm
    "$wald" dump --imports out.wasm | grep -E 'sched_yield|args_sizes_get' &&
      fail "$version: the import is still there"
  done
done

# What a warning says is what happens.
warns() { expect 0 "wald: warning: --stub-import=wasi_snapshot_preview1.$2: $1" "$wald" build -o out.wasm --stub-import=wasi_snapshot_preview1."$2" main.go; }
warns 'no program starts without it' clock_time_get
expect 2 'fatal error: clock_time_get failed' "$wald" run out.wasm
warns 'a program that sleeps or waits crashes' poll_oneoff
expect 2 'poll_oneoff' "$wald" run out.wasm
warns 'no program with package os starts; with =8 (EBADF) it does' fd_prestat_get
expect 2 'panic: fd_prestat' "$wald" run out.wasm
build --stub-import=wasi_snapshot_preview1.fd_prestat_get=8
expect 0 'sum 10485760 1' "$wald" run out.wasm

expect 1 'did you mean wasi_snapshot_preview1.sched_yield' "$wald" build -o none.wasm --stub-import=wasi_snapshot_preview1.sched_yeld main.go
expect 1 "--initial-memory=65536 is less than the program's data take" "$wald" build -o none.wasm --initial-memory=64K main.go
expect 1 'want a multiple of 64 KiB' "$wald" build -o none.wasm --max-memory=1000000 main.go
expect 1 '--initial-memory=33554432 is more than --max-memory=16777216' "$wald" build -o none.wasm --initial-memory=32M --max-memory=16M main.go
expect 2 '--verify compares with the Go linker, which has no --initial-memory' "$wald" build --optimize --verify --initial-memory=64M main.go

# -- Which imports it may have

mkdir lib deep
cat >lib/lib.go <<'END_GO'
package lib

//go:wasmimport env log
func log(n int32)

func Log(n int) { log(int32(n)) }
END_GO
cat >go.mod <<'END_MOD'
module example.org/program

go 1.24
END_MOD
cat >deep/main.go <<'END_GO'
package main

import "example.org/program/lib"

func main() { lib.Log(5) }
END_GO
printf '# WASI as a whole\nwasi_snapshot_preview1.*\n' >imports
expect 1 "the module imports env.log, and $tmp/imports does not list it
>>> declared by example.org/program/lib.log (package example.org/program/lib, $tmp/lib/lib.go:4)
>>> called by main.main (package main, $tmp/deep/main.go:5)" "$wald" build -o none.wasm --allow-imports=imports ./deep
build_deep() { expect 0 "" "$wald" build -o deep.wasm "$@" ./deep; }
build_deep --allow-imports=imports --stub-import=env.log
# What the file says counts, also where the go command knows the link: first it links, then not.
echo env.log >>imports
build_deep --allow-imports=imports
echo 'wasi_snapshot_preview1.*' >imports
expect 1 "the module imports env.log" "$wald" build -o deep.wasm --allow-imports=imports ./deep
echo 'env.log' >imports
expect 1 "the module imports wasi_snapshot_preview1.fd_write" "$wald" build -o none.wasm --allow-imports=imports ./deep
expect 1 "only the Go linker can do this link, which has no --allow-imports" env WALD=off "$wald" build -o none.wasm --allow-imports=imports main.go

# -- Sections

printf 'one' >contents
build_deep --add-section=note=contents --add-section=empty=/dev/null --embed-buildinfo
grep -aq 'noteone' deep.wasm || fail "no section note"
expect 0 'note' "$wald" dump --sections deep.wasm
printf 'two!' >contents
build_deep --add-section=note=contents --add-section=empty=/dev/null --embed-buildinfo
grep -aq 'notetwo!' deep.wasm || fail "the section has its old contents"
(cd deep && "$wald" build --optimize -o ../there.wasm --add-section=note=../contents) || fail "in another folder"
grep -aq 'notetwo!' there.wasm || fail "no section of a file elsewhere"
info=$("$wald" version -m deep.wasm | tail -n +2 | cut -c2-)
[[ $info == *GOARCH=wasm* ]] || fail "wald version -m: $info"
grep -aqF "go:buildinfogo"$'\t'"go1.27.4" deep.wasm || fail "no build information"
[ "$(grep -ac 'build'$'\t''GOARCH=wasm' deep.wasm)" -ge 2 ] || fail "no settings in go:buildinfo"
expect 1 "cannot read $tmp/none" "$wald" build -o none.wasm --add-section=a=none main.go
expect 1 "the name is reserved" "$wald" build -o none.wasm --add-section=name=contents main.go

# -- Names

build_deep --names=full
grep -aqF 'env.log' deep.wasm || fail "imports have no names"
expect 0 'runtime.(*mheap).alloc' "$wald" dump --functions deep.wasm
expect 0 '' "$wald" optimize --verify deep.wasm -o optimized.wasm

# -- JavaScript

for version in 1.24.13 1.27.4; do
  export GOTOOLCHAIN=go$version
  rm -rf js
  for _ in 1 2; do # the second time there is nothing to link
    expect 0 "" env GOOS=js "$wald" build -o js.wasm --emit-js=js main.go
    cmp js/wasm_exec.js "$(go env GOROOT)/lib/wasm/wasm_exec.js" || fail "$version: another wasm_exec.js"
    rm js/wasm_exec.js
  done
done
expect 1 'only modules of GOOS=js need JavaScript' "$wald" build -o none.wasm --emit-js=none main.go
expect 1 'not the one that compiled the program, go1.27.4' env GOOS=js GOARCH=wasm go build -o none.wasm \
  -toolexec "env GOROOT=$(GOTOOLCHAIN=go1.24.13 go env GOROOT) $wald toolexec --emit-js=$tmp/none" main.go

[ -e none.wasm ] || [ -e none ] && fail "a failure made a file"
[ "$failures" -eq 0 ]

#!/bin/bash
# --wasm-opt: binaryen's output takes the module's place if it is that module, and otherwise the module
# stays as it was, with one line that says why.
# usage: wasm_opt_test.sh [WALD]    beside which wald-opt is
set -u
here=$(cd "$(dirname "$0")" && pwd)
real=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1
# A wald of our own, beside which any program can be wald-opt.
mkdir -p bin alone
cp "$real" bin/wald && cp "$real" alone/wald
wald=$tmp/bin/wald wald_opt=$(dirname "$real")/wald-opt
[ -x "$wald_opt" ] || { fail "no $wald_opt: is binaryen's library installed?"; exit 1; }
# fake SCRIPT: takes the place of wald-opt.
fake() {
  printf '#!/bin/bash\n%s\n' "$1" >"$tmp/bin/wald-opt.new"
  chmod +x "$tmp/bin/wald-opt.new"
  mv "$tmp/bin/wald-opt.new" "$tmp/bin/wald-opt"
}

# -- A program of a few bytes: what is done with the module.
source "$here/fake_program.sh"
main_object runtime.mapinitnoop
# Its functions do not do what their types say; these do. Calls get an argument, there is a result,
# and main.main calls by the table, too, which binaryen would otherwise remove.
sed -i 's/data: 00100b/data: 004100101a0b/; s/offset: 2/offset: 4/; s/data: 000b/data: 0041000b/' runtime.yaml
sed -i 's/data: 00100b/data: 004100101a410041001100000b/; s/offset: 2/offset: 4/' main.yaml
for name in runtime main; do
  "$wald" dump --from-yaml $name.yaml $name.o || fail "cannot make $name.o"
done
link() { "$wald" link -importcfg importcfg -buildid=id "$@" main.o; }
link -o plain.wasm || fail "cannot link"
fake "exec '$wald_opt' \"\$@\""
expect 0 "" link -o out.wasm --wasm-opt
[ "$(stat -c %s out.wasm)" -lt "$(stat -c %s plain.wasm)" ] || fail "binaryen made it no smaller"
"$wald" dump --sections out.wasm >sections
[ "$(head -n 1 sections)" = "$("$wald" dump --sections plain.wasm | head -n 1)" ] ||
  fail "the build id is not first: $(cat sections)"
for section in name producers; do
  grep -q "custom \"$section\"" sections || fail "no section $section: $(cat sections)"
done
cp out.wasm oz.wasm
expect 0 "" link -o out.wasm --wasm-opt=Oz --threads=1
cmp out.wasm oz.wasm || fail "with one thread it is another module"
expect 0 "" link -o out.wasm --wasm-opt=vacuum,reorder-functions --validate
expect 0 "binaryen made" link -o out.wasm --wasm-opt=O1 --stats
expect 0 "" link -o out.wasm --wasm-opt -s
"$wald" dump --sections out.wasm | grep -q '"name"' && fail "names although there were none"

# -- Whatever goes wrong: the module without binaryen, and one line.
# stays REASON [OPTION...]: after a fake wald-opt.
stays() {
  local reason=$1 output
  shift
  rm -f out.wasm
  output=$(link -o out.wasm --wasm-opt "$@" 2>&1) || fail "$reason: the link failed: $output"
  [[ $output == "wald: warning: --wasm-opt: the module stays as it was: $reason"* ]] ||
    fail "not '$reason': $output"
  [ "$(wc -l <<<"$output")" -eq 1 ] || fail "$reason: more than one line: $output"
  cmp out.wasm plain.wasm || fail "$reason: the module is another one"
}
fake 'echo "no such luck" >&2; echo more >&2; exit 1'
stays 'binaryen failed: exit status 1: no such luck'
fake 'kill -SEGV $$'
stays 'binaryen failed: signal 11'
fake 'while :; do :; done'
stays 'binaryen failed: it took more than 1 s of processor time, the limit' --wasm-opt-limit=1
fake 'cat; exit 1'
stays 'binaryen failed: exit status 1'
fake 'true'
stays 'binaryen made another module of it: '
fake 'head -c 300'
stays 'binaryen made another module of it: broken wasm module'
fake 'ulimit -d >&2; echo "$*" >words; exit 3'
stays 'binaryen failed: exit status 3, with a limit of 16 MiB: 16384' --wasm-opt-limit=0,16
[ "$(cat words)" = '--features= --threads=1 -Oz' ] || fail "other words: $(cat words)"
# The same functions without their numbers.
fake "cat '$tmp/plain.wasm'"
stays 'binaryen made another module of it: the export _start is another'
# Bytes in the middle of the code: what is not valid, or cannot be read.
cat >damage.py <<'PYTHON'
import sys
data = bytearray(sys.stdin.buffer.read())
at = data.rindex(bytes.fromhex(sys.argv[1]))
data[at:at + len(sys.argv[2]) // 2] = bytes.fromhex(sys.argv[2])
sys.stdout.buffer.write(data)
PYTHON
# The last function's body becomes one that leaves nothing on the stack.
fake "'$wald_opt' \"\$@\" | python3 '$tmp/damage.py' 41000b 01010b"
stays 'what binaryen made is not valid: '
fake "'$wald_opt' \"\$@\" | python3 '$tmp/damage.py' 41000b d2000b"
stays 'binaryen used instructions that the module did not have: '

# -- What cannot be meant, or cannot be done
expect 2 "there is no wald-opt, neither beside wald nor in PATH" \
  env PATH=/usr/bin:/bin "$tmp/alone/wald" link -importcfg importcfg -buildid=id --wasm-opt -o none.wasm main.o
expect 2 "'vacum' is no level, O0 to O4, Os or Oz, and no pass" link -o none.wasm --wasm-opt=vacum
expect 2 'want SECONDS of processor time, or SECONDS,MIB' link -o none.wasm --wasm-opt --wasm-opt-limit=soon
expect 2 '--map tells where the linker put everything' link -o none.wasm --wasm-opt --map=map
expect 2 '--verify compares with the Go linker, which has no --wasm-opt' "$wald" build --verify --wasm-opt .
[ -e none.wasm ] && fail "a failure made a file"
expect 2 'unknown option -Q' "$wald_opt" -Q </dev/null
expect 2 'unknown feature gc' "$wald_opt" --features=gc -Oz </dev/null
expect 2 'no level and no pass given' "$wald_opt" </dev/null

# -- A Go program does the same.
mkdir program
cd program || exit 1
cat >main.go <<'END_GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
)

func main() {
	list := []string{"b", "c", "a"}
	sort.Strings(list)
	results := make(chan float64)
	go func() {
		defer close(results)
		for i := range 3 {
			results <- float64(i) / 3
			runtime.Gosched()
		}
	}()
	for f := range results {
		fmt.Printf("%.3f ", f)
	}
	defer func() {
		fmt.Println(recover())
		runtime.GC()
		panic("the end")
	}()
	fmt.Println(list[len(os.Args)+3])
}
END_GO
fake "exec '$wald_opt' \"\$@\""
"$wald" build --optimize -o before.wasm main.go || fail "cannot build"
expect 0 "" "$wald" build --optimize --wasm-opt=vacuum,duplicate-import-elimination,remove-unused-names,reorder-functions \
  -o after.wasm main.go
cmp -s before.wasm after.wasm && fail "binaryen did nothing"
imports_of_fd_write() { "$wald" dump "$1" | grep -c '^import .*"fd_write"'; }
[ "$(imports_of_fd_write before.wasm) $(imports_of_fd_write after.wasm)" = "2 1" ] ||
  fail "Go's two imports of fd_write are still two: the levels of binaryen make them one"
goos=wasip1
run_module before
run_module after
grep -q '^0.000 0.333 0.667 runtime error: index out of range' before.out || fail "$(cat before.out before.err)"
cmp before.out after.out || fail "$(diff before.out after.out)"
cmp before.err after.err || fail "$(diff before.err after.err)"
grep -q '^main.main()' after.err || fail "no traceback: $(cat after.err)"
expect 0 "main.main" "$wald" dump --code=main.main after.wasm

# Binaryen's version is a part of what the go command knows the module by.
linker=$(GOOS=wasip1 GOARCH=wasm go env GOTOOLDIR)/link
id() { GOARCH=wasm GOOS=wasip1 "$wald" toolexec "$@" "$linker" -V=full; }
expect 0 "%20binaryen%20" id --wasm-opt
[[ $(id --optimize) != *binaryen* ]] || fail "binaryen where there is no --wasm-opt"
with_real=$(id --wasm-opt)
fake 'echo "wald-opt 0.1.0, binaryen 999, library 0123456789abcdef"'
[ "$(id --wasm-opt)" != "$with_real" ] || fail "another binaryen and the same tool: $with_real"
[ "$(id --wasm-opt --wasm-opt-limit=5)" != "$(id --wasm-opt)" ] || fail "the limit makes no difference"
fake 'exit 1'
expect 2 'does not tell its version' id --wasm-opt
[ "$failures" -eq 0 ]

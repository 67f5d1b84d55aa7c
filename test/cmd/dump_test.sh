#!/bin/bash
# wald dump --from-yaml writes as a link does: into what is no regular file, and whole or not at all.
# usage: dump_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

printf 'version: go1.27.4\nsymbols: []\n' >object.yaml
"$wald" dump --from-yaml object.yaml object.o || fail "cannot make object.o"
"$wald" dump --header object.o | grep -q 'go1.27.4' || fail "object.o is no object"

mkfifo pipe
cat pipe >piped.o &
"$wald" dump --from-yaml object.yaml pipe || fail "cannot write into a pipe"
wait
[ -p pipe ] || fail "the pipe is gone"
cmp object.o piped.o || fail "the pipe got something else"

expect 1 "wald: error: cannot write /dev/full: No space left on device" \
  "$wald" dump --from-yaml object.yaml /dev/full
[ -c /dev/full ] || fail "/dev/full is gone"

printf 'version: go1.27.4\nsymbols: [ 1 ]\n' >broken.yaml
"$wald" dump --from-yaml broken.yaml object.o 2>/dev/null && fail "made an object of broken text"
cmp object.o piped.o || fail "a failure changed the file"
[ "$(ls -A | wc -l)" -eq 5 ] || fail "something is left behind: $(ls -A)"
[ "$failures" -eq 0 ]

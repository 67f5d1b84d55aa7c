#!/usr/bin/env bash
# What wald says of the Go types of directives against go/types (directives/go_types): a generated
# program, and the directives of packages from elsewhere that the test programs use, of Go's own too.
# usage: types_test.sh [--count N] [--versions 1.24.13,1.27.4] [--wald FILE]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
wald=$root/build/wald count=2000 versions=1.24.13,1.27.4
while [ $# -gt 0 ]; do
  case $1 in
    --count) count=$2 ;;
    --versions) versions=$2 ;;
    --wald) wald=$(realpath "$2") ;;
    *) echo "types_test.sh: unknown $1" >&2 && exit 2 ;;
  esac
  shift 2
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset GOOS GOARCH GOFLAGS GOEXPERIMENT
export GOWORK=off
failures=0
for version in ${versions//,/ }; do
  export GOTOOLCHAIN=go$version
  (cd "$here/go_types" && go build -o "$tmp/go_types" .)
  "$tmp/go_types" -wald "$wald" -count "$count" -seed "${version//./}" || failures=$((failures + 1))
  for program in extism wasinet reactor; do
    "$tmp/go_types" -wald "$wald" -dir "$root/testdata/programs/$program" ||
      failures=$((failures + 1))
  done
done
exit $((failures > 0))

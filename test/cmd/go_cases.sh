# What tests share whose cases are functions, named by $current, and that call the user's own go command;
# they source this. (wald_check.sh is for those that take one Go version and list commands.)
# shellcheck shell=bash
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
expect_no_match() { [[ $1 != *"$2"* ]] || fail "'$2' in '$1'"; }
expect_same_file() { cmp "$1" "$2" || fail "$1 and $2 differ"; }

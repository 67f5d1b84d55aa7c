#!/usr/bin/env bash
# Chains of --why-live and retained sizes of recorded links against the references in their objects.
#
# usage: confirm_links.sh [FOLDERS...]    of what test/compare/record wrote; by default hello, the
#                                         reactor, big, shfmt and esbuild; takes half an hour then
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../setup.sh"
wald=$wald_root/build/wald
links=$WALD_CACHE/links/matrix/1.27.4
[ $# -gt 0 ] || set -- "$links"/{wasip1-exe/hello,wasip1-c-shared/reactor,js-exe/shfmt,wasip1-exe/esbuild,wasip1-exe/big}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

# confirm SCRIPT REPORT TITLE
confirm() {
  if "$here/$1" "$wald" "$2" "${archives[@]}" >"$tmp/out" 2>&1; then
    echo "$3: $(tail -n 1 "$tmp/out")"
  else
    failed=$((failed + 1))
    echo "FAILED: $3: $1"
    tail -n 20 "$tmp/out"
  fi
}

for link; do
  mapfile -t archives < <(sed -n 's/^packagefile //p' "$link/importcfg")
  archives+=("main=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["main"])' "$link/recording.json")")
  for options in "" --optimize; do
    "$link/run-with" "$wald link $options --why-live=* --size-report=$tmp/report.json" "$tmp/out.wasm" >"$tmp/chains"
    confirm confirm_chains.py "$tmp/chains" "${link#"$links/"} $options"
    confirm confirm_retained.py "$tmp/report.json" "${link#"$links/"} $options"
  done
done
echo "confirm_links: $failed failed"
[ "$failed" = 0 ]

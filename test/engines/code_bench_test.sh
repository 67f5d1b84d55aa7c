#!/usr/bin/env bash
# The bench of --optimize=code: it runs in all engines and writes its table and its picture, and a
# module that computes something else ends it. No time is asserted.
#
# usage: code_bench_test.sh    WALD_UNDER_TEST=... for another one than build/wald
set -euo pipefail
source "$(dirname "$0")/bench_check.sh"
bench=$here/../bench/code

"$bench" --quick --wald "$wald" --work "$work" --output "$work/results" >"$work/out" 2>&1 ||
  fail "exit status $?: $(cat "$work/out")"
for benchmark in matrix interpreter channel; do
  grep -Eq "^\| $benchmark \| [0-9.,]+ (\| [0-9.,]+ \| [0-9.,]+ \| [0-9.]+ \([0-9.]+\) \| [0-9.]+ ){3}\|$" \
    "$work/results/code.md" || fail "no figures of $benchmark: $(cat "$work/results/code.md")"
done
python3 -c 'import sys, xml.dom.minidom as dom
bars = dom.parse(sys.argv[1]).getElementsByTagName("rect")
sys.exit(len(bars) != 3 + 3 * 4)' "$work/results/code.svg" || fail "another picture than expected"
grep -q 'hold' "$work/out" || fail "nothing about what is promised: $(cat "$work/out")"

# A linker that makes something else of the program: sums instead of products.
cp -r "$wald_root/testdata/programs/codebench" "$work/other"
sed -i 's/sum += a\[i\]\[k\] \* b\[k\]\[j\]/sum += a[i][k] + b[k][j]/' "$work/other/numeric.go"
(cd "$work/other" && GOTOOLCHAIN=go1.27.4 GOOS=wasip1 GOARCH=wasm GOFLAGS=-buildvcs=false \
  GOCACHE=$WALD_CACHE/go-build go build -tags quick -o "$work/other.wasm" .)
cat >"$work/wald" <<END
#!/bin/bash
case " \$* " in
*" optimize "* | *" --optimize=code "*)
  while [ "\$1" != -o ]; do shift; done
  cp "$work/other.wasm" "\$2"
  ;;
*) exec "$wald" "\$@" ;;
esac
END
chmod +x "$work/wald"
if "$bench" --quick --only-runs --engines wazero --benchmarks matrix --wald "$work/wald" \
  --work "$work" --output "$work/none" >"$work/out" 2>&1; then
  fail "a module that computes something else passed: $(cat "$work/out")"
fi
grep -q 'FAILED: matrix in wazero, optimized: checksum [0-9a-f]* instead of' "$work/out" ||
  fail "not the error that was expected: $(cat "$work/out")"
[ ! -e "$work/none" ] || fail "tables of a run that failed"
[ "$failures" -eq 0 ]

# Sourced by cmd/demo.sh, test/run.sh and .ci/run: gets what is missing on a Debian 12 machine.
# Everything comes as a package (apt, the Go module proxy, PyPI); what is there already is used.
# shellcheck shell=bash

wald_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Absolute, for go install wants it so and the scripts change directories.
WALD_CACHE=$(realpath -m "${WALD_CACHE:-$wald_root/.cache}")
export WALD_CACHE

# The Go that the scripts use where the machine has none that is recent enough, and the versions
# whose links are compared.
GO_VERSION=1.26.8
GO_VERSIONS=(1.24.13 1.25.12 1.26.8 1.27.4)
WAZERO_VERSION=v1.12.0
WASMTIME_VERSION=50.0.1

BUILD_PACKAGES=(clang-19 lld-19 llvm-19-dev wabt binaryen libgtest-dev libgmock-dev ninja-build
  cmake zlib1g-dev libzstd-dev ca-certificates)
TEST_PACKAGES=(python3 python3-venv nodejs groff-base)
CI_PACKAGES=(libclang-rt-19-dev clang-format-19 clang-tidy-19 g++)

say() { printf '== %s\n' "$*" >&2; }

# need_packages NAME...: Debian packages, installed where they are missing.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
    command -v sudo >/dev/null || {
      echo "setup: no root and no sudo; have these Debian packages installed: ${missing[*]}" >&2
      return 1
    }
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# go_is_recent: whether the go in PATH can fetch and run the other toolchains (1.21 and later can),
# and is one whose objects wald knows.
go_is_recent() {
  local version
  version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || return 1
  [[ $version =~ ^go1\.(2[4-7])\. ]]
}

# need_go: puts a Go toolchain in PATH. Debian 12 has Go 1.19, which cannot switch toolchains, but can
# download one: toolchains are modules. That leaves two things which a newer go command does on
# the first use of a toolchain: the execute bits, and the go.mod files, which a module cannot hold.
need_go() {
  go_is_recent && return
  need_packages ca-certificates
  local old_go=/usr/lib/go-1.19/bin/go toolchain
  toolchain="golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$(dpkg --print-architecture)"
  local root="${WALD_GO_MODCACHE:-$HOME/go/pkg/mod}/$toolchain"
  if [ ! -e "$root/.wald-ready" ]; then
    if [ -n "${WALD_BOOTSTRAP_GO-}" ]; then
      old_go=$WALD_BOOTSTRAP_GO
    else
      need_packages golang-1.19-go
    fi
    say "downloading Go $GO_VERSION"
    (cd / && env -u GOROOT -u GO111MODULE GOTOOLCHAIN=local GOFLAGS= GOMODCACHE="${root%/golang.org/*}" \
      "$old_go" mod download "$toolchain")
    chmod -R u+w "$root"
    local file
    find "$root" -name _go.mod | while read -r file; do cp "$file" "${file%_go.mod}go.mod"; done
    chmod +x "$root"/bin/* "$root"/pkg/tool/*/* "$root"/lib/wasm/go_*_exec
    touch "$root/.wald-ready"
  fi
  export PATH="$root/bin:$PATH"
  go_is_recent || { echo "setup: the downloaded Go does not run" >&2; return 1; }
}

# need_go_versions: all the toolchains that are compared with.
need_go_versions() {
  need_go
  local version
  for version in "${GO_VERSIONS[@]}"; do
    GOTOOLCHAIN=go$version go version >/dev/null 2>&1 ||
      { say "downloading Go $version"; GOTOOLCHAIN=go$version go version >&2; }
  done
}

# need_engines: wazero and wasmtime under WALD_CACHE; sets WAZERO and WALD_PYTHON.
need_engines() {
  need_go
  need_packages "${TEST_PACKAGES[@]}"
  export WAZERO=$WALD_CACHE/bin/wazero WALD_PYTHON=$WALD_CACHE/venv/bin/python
  if [ ! -x "$WAZERO" ]; then
    say "building wazero $WAZERO_VERSION"
    env -u GOOS -u GOARCH GOFLAGS= CGO_ENABLED=0 GOBIN="$WALD_CACHE/bin" \
      go install "github.com/tetratelabs/wazero/cmd/wazero@$WAZERO_VERSION"
  fi
  if ! "$WALD_PYTHON" -c 'import wasmtime' 2>/dev/null; then
    say "installing wasmtime $WASMTIME_VERSION"
    /usr/bin/python3 -m venv "$WALD_CACHE/venv"
    "$WALD_CACHE/venv/bin/pip" install -q --disable-pip-version-check "wasmtime==$WASMTIME_VERSION"
  fi
}

# need_wazero_host: the host of reactors in wazero, whose own command runs commands only; sets
# WAZERO_HOST.
need_wazero_host() {
  need_go
  export WAZERO_HOST=$WALD_CACHE/bin/wazero_host
  (cd "$wald_root/test/engines/wazero_host" &&
    env -u GOOS -u GOARCH GOFLAGS=-buildvcs=false CGO_ENABLED=0 GOTOOLCHAIN="go$GO_VERSION" \
      go build -o "$WAZERO_HOST" .)
}

# build_wald PRESET [TARGETS]: ninja shows its progress on a terminal only.
build_wald() {
  local preset=$1 quiet=--quiet
  shift
  [ ! -t 1 ] || quiet=
  (cd "$wald_root" && cmake --preset "$preset" >/dev/null &&
    cmake --build --preset "$preset" ${1:+--target "$@"} -- $quiet)
}

# run_unit_tests BINARY [FLAGS OF GTEST]: a share on each processor. Reports are WALD_CACHE/unit.N.json.
run_unit_tests() {
  local binary=$1 shards shard pids=() pid status=0
  shift
  shards=$(nproc)
  rm -f "$WALD_CACHE"/unit.*.json
  for ((shard = 0; shard < shards; shard++)); do
    GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard "$binary" --gtest_brief=1 \
      --gtest_output="json:$WALD_CACHE/unit.$shard.json" "$@" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    wait "$pid" || status=$?
  done
  return "$status"
}

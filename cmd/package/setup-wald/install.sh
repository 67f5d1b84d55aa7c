# A step of action.yml: downloads the archive, checks it, and puts wald into PATH of later steps.
set -euo pipefail
case $(uname -sm) in
  "Linux x86_64") platform=linux-amd64 ;;
  "Linux aarch64") platform=linux-arm64 ;;
  *)
    echo "::error::setup-wald: there is no wald for $(uname -sm)"
    exit 1
    ;;
esac
name=wald-$VERSION-$platform
url=${TARBALL:-$RELEASES/v$VERSION/$name.tar.gz}
folder=$RUNNER_TEMP/wald
mkdir -p "$folder"
cd "$folder"
curl --fail --silent --show-error --location --retry 3 --remote-name "$url"
curl --fail --silent --show-error --location --retry 3 --remote-name "${url%/*}/SHA256SUMS"
file=${url##*/}
# One line of it, for there may be archives of other platforms.
awk -v file="$file" '$2 == file' SHA256SUMS >wanted
[ -s wanted ] || {
  echo "::error::setup-wald: SHA256SUMS does not name $file"
  exit 1
}
[ -z "$SHA256" ] || echo "$SHA256  $file" >>wanted
sha256sum --check --strict --quiet wanted || {
  echo "::error::setup-wald: $url is damaged, or another file"
  exit 1
}
tar -xzf "$file"
echo "$folder/$name/bin" >>"$GITHUB_PATH"
echo "wald=$folder/$name/bin/wald" >>"$GITHUB_OUTPUT"
"$folder/$name/bin/wald" version

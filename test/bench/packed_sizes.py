"""How large files are, and how large when compressed as web servers do it."""

import json
import os

import timing

# node has both compressors. The quality is brotli's.
PROGRAM = """
const { readFileSync } = require("node:fs");
const { gzipSync, brotliCompress, constants } = require("node:zlib");
const quality = Number(process.argv[1]);
for (const path of process.argv.slice(2)) {
  const bytes = readFileSync(path);
  const gzip = gzipSync(bytes, { level: Math.min(quality, 9) }).length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  brotliCompress(bytes, { params }, (error, packed) => {
    if (error) throw error;
    console.log(JSON.stringify([path, bytes.length, gzip, packed.length]));
  });
}
"""


def packed_sizes(paths, quality, kept):
    """Bytes by path: raw, gzip, brotli.

    Compressing takes some seconds a megabyte, so sizes are kept in a file, by the hashes of files.
    """
    known = {}
    if os.path.exists(kept):
        with open(kept, encoding="utf-8") as file:
            known = json.load(file)
    digests = {path: timing.sha256_of(path) for path in paths}
    missing = [path for path, digest in digests.items() if digest not in known]
    output = timing.run(["node", "-e", PROGRAM, str(quality), *missing]) if missing else ""
    for line in output.splitlines():
        path, raw, gzip, brotli = json.loads(line)
        known[digests[path]] = {"raw": raw, "gzip": gzip, "brotli": brotli}
    known = {digest: known[digest] for digest in digests.values()}
    with open(kept, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
    return {path: known[digest] for path, digest in digests.items()}

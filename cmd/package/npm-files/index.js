// For build scripts: where wald is, builds, and the wasm_exec.js that fits a module.
'use strict';
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const platforms = require('./platforms.json');

// binary returns the path of wald.
function binary() {
  const platform = `${process.platform}-${process.arch}`;
  const name = platforms[platform];
  if (!name) throw new Error(`there is no wald for ${platform}, only for ${Object.keys(platforms).join(', ')}`);
  try {
    return require.resolve(`${name}/bin/wald`);
  } catch {
    throw new Error(`the package ${name} is not installed: was npm told to leave out optional dependencies?`);
  }
}

// build links a Go program for the browser or node, and returns what wald printed.
function build({ packages = ['.'], output, js, flags = [], cwd, env = process.env }) {
  const args = ['build', ...flags];
  if (output) args.push('-o', path.resolve(cwd ?? '.', output));
  if (js) args.push(`--emit-js=${path.resolve(cwd ?? '.', js)}`);
  const done = spawnSync(binary(), [...args, ...[].concat(packages)],
    { cwd, env: { GOOS: 'js', ...env, GOARCH: 'wasm' }, encoding: 'utf8' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw Object.assign(new Error(done.stderr.trim()), { status: done.status });
  return done.stdout + done.stderr;
}

// goVersion returns the version of Go that compiled a module, as go1.27.4.
function goVersion(module) {
  const said = execFileSync(binary(), ['version', '-m', module], { encoding: 'utf8' });
  const version = /: (go1\.\S+)$/m.exec(said);
  if (!version) throw new Error(`${module}: wald version -m says no version of Go`);
  return version[1];
}

// wasmExec returns the path of the wasm_exec.js of the Go toolchain that compiled a module. It has to
// be on the machine, as it is where the module was built; nothing is downloaded unless GOPROXY says so.
function wasmExec(module, env = process.env) {
  const version = goVersion(module);
  const local = { ...env };
  delete local.GOROOT; // would be that of another version
  let root;
  for (const more of [{}, { GOTOOLCHAIN: version, GOPROXY: 'off' }, { GOTOOLCHAIN: version }]) {
    const done = spawnSync('go', ['env', 'GOROOT'], { env: { ...local, ...more }, encoding: 'utf8' });
    if (done.error) throw new Error(`the go command does not run: ${done.error.message}`);
    root = done.status === 0 ? done.stdout.trim() : '';
    if (root && versionOf(root) === version) break;
    root = '';
  }
  if (!root) throw new Error(`${module} is of ${version}, which is not on this machine`);
  for (const folder of ['lib', 'misc']) {
    const name = path.join(root, folder, 'wasm', 'wasm_exec.js');
    if (fs.existsSync(name)) return name;
  }
  throw new Error(`${root} has no wasm_exec.js`);
}

function versionOf(root) {
  try {
    return fs.readFileSync(path.join(root, 'VERSION'), 'utf8').split('\n')[0];
  } catch {
    return '';
  }
}

exports.binary = binary;
exports.build = build;
exports.goVersion = goVersion;
exports.wasmExec = wasmExec;

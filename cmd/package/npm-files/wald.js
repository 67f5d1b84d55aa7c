#!/usr/bin/env node
// The command: becomes the wald of the platform's package, or where node cannot do that, runs it and
// passes signals and its end on.
'use strict';
const { spawn } = require('node:child_process');
const os = require('node:os');

let program;
try {
  program = require('./index.js').binary();
} catch (error) {
  console.error(`wald: error: ${error.message}`);
  process.exit(2);
}
const args = process.argv.slice(2);
if (process.execve) {
  // It warns that it is experimental.
  process.removeAllListeners('warning');
  process.execve(program, [program, ...args], process.env);
}
const child = spawn(program, args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`wald: error: ${program}: ${error.message}`);
  process.exitCode = 2;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 128 + os.constants.signals[signal] : code;
});

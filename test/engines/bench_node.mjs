// A host for test/bench/code: the protocol of bench_wasmtime.py, in node.
//
// The bench starts it with flags that leave one tier, TurboFan, for all functions, before the first
// call. The code's size is that of V8's serialized module (a function for V8's own tests).
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { WASI } from "node:wasi";

// With BENCH_CLOCK=cpu the guest's clock is the CPU time of this process: what a busy machine leaves.
const cpuClock = process.env.BENCH_CLOCK === "cpu";
const compileOnly = process.argv[2] === "--compile";
const paths = process.argv.slice(3);

const compile = async (path) => {
  const bytes = readFileSync(path);
  const before = process.cpuUsage();
  const module = await WebAssembly.compile(bytes);
  const { user, system } = process.cpuUsage(before);
  return { module, seconds: (user + system) / 1e6 };
};

// The text is parsed with --allow-natives-syntax only, and then when it is evaluated.
const codeBytes = (module) => {
  try {
    return new Function("module", "return %SerializeWasmModule(module).byteLength")(module);
  } catch {
    return 0;
  }
};

if (compileOnly) {
  const { module, seconds } = await compile(paths[0]);
  console.log(seconds, codeBytes(module));
} else {
  const modules = [];
  for (const path of paths) modules.push((await compile(path)).module);
  writeSync(1, "ready\n");
  for await (const line of createInterface({ input: process.stdin })) {
    const [number, ...args] = line.split(" ");
    const wasi = new WASI({ version: "preview1", args: ["program", ...args], returnOnExit: true });
    const imports = { wasi_snapshot_preview1: { ...wasi.wasiImport } };
    let instance;
    if (cpuClock)
      imports.wasi_snapshot_preview1.clock_time_get = (_clock, _precision, address) => {
        const { user, system } = process.cpuUsage();
        new DataView(instance.exports.memory.buffer).setBigUint64(address, BigInt(user + system) * 1000n, true);
        return 0;
      };
    instance = await WebAssembly.instantiate(modules[Number(number)], imports);
    const status = wasi.start(instance);
    writeSync(1, `exit ${status}\n`);
  }
}

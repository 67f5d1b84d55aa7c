// A host for test/bench/code and test/bench/size: the protocol of bench_wasmtime.py, in node.
//
// The bench starts it with flags that leave one tier, TurboFan, for all functions, before the first
// call. The code's size is that of V8's serialized module (a function for V8's own tests).
import { openSync, readFileSync, writeSync } from "node:fs";
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

// Microseconds of the process for new instances: V8 has no clock of a thread's.
const startUp = async (kind, path, rounds, words) => {
  const { module } = await compile(path);
  const elapsed = (before) => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const stubs = {};
  for (const needed of WebAssembly.Module.imports(module))
    if (needed.module !== "wasi_snapshot_preview1") (stubs[needed.module] ??= {})[needed.name] = () => 1;
  const stdout = openSync("/dev/null", "w");
  for (let round = 0; round < rounds; round++) {
    const args = ["program", ...(kind === "command" ? words : [])];
    const wasi = new WASI({ version: "preview1", args, stdout, returnOnExit: true });
    let before = process.cpuUsage();
    const instance = new WebAssembly.Instance(module, { ...stubs, wasi_snapshot_preview1: wasi.wasiImport });
    const instantiating = elapsed(before);
    before = process.cpuUsage();
    if (kind === "command") {
      const status = wasi.start(instance);
      if (status) throw new Error(`exit status ${status}`);
    } else {
      wasi.initialize(instance);
      instance.exports[words[0]](...words.slice(1).map(Number));
    }
    console.log(instantiating, elapsed(before));
  }
};

if (process.argv[2] === "--start") {
  const [kind, path, rounds, ...words] = paths;
  await startUp(kind, path, Number(rounds), words);
} else if (compileOnly) {
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

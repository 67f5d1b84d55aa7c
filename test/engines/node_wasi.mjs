// Run a wasip1 module in node, with the command line of wasmtime_host.py.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const kWasi = "wasi_snapshot_preview1";
const bare = process.argv[2] === "--bare";
const reactor = bare || process.argv[2] === "--reactor";
const [path, ...words] = process.argv.slice(reactor ? 3 : 2);

// A trap is no failure of the host, where nobody has initialized the module.
const call = (name, numbers) => {
  try {
    return `= ${instance.exports[name](...numbers.map(Number)) ?? "None"}`;
  } catch (error) {
    if (!bare || !(error instanceof WebAssembly.RuntimeError)) throw error;
    return "trapped";
  }
};

const wasi = new WASI({ version: "preview1", args: ["program", ...(reactor ? [] : words)] });
// Left to itself, it throws an exception across the module's frames, which now and then crashes node 20.
wasi.wasiImport.proc_exit = (status) => process.exit(status);
const module = await WebAssembly.compile(readFileSync(path));
const imports = { [kWasi]: wasi.wasiImport };
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (from === kWasi) continue;
  imports[from] ??= {};
  imports[from][name] = (...args) => {
    console.log(`host ${from}.${name} called with ${args.length} arguments`);
    return 1;
  };
}
// A result of type i64 is a bigint in JavaScript, which the stub cannot know from here: now is the one.
if (imports.env?.now) {
  imports.env.now = () => {
    console.log("host env.now called with 0 arguments");
    return 1n;
  };
}

const instance = await WebAssembly.instantiate(module, imports);
if (!reactor) {
  wasi.start(instance);
} else {
  // WASI needs to know the memory; what else initialize would call is left out where it is to be.
  wasi.initialize(bare ? { exports: { memory: instance.exports.memory } } : instance);
  while (words.length > 0) {
    const end = words.includes(",") ? words.indexOf(",") : words.length;
    const [name, ...numbers] = words.splice(0, end + 1).filter((word) => word !== ",");
    console.log(name, call(name, numbers));
  }
}

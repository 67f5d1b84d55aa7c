/** The path of wald's program. Throws where there is none for this platform. */
export function binary(): string;

export interface BuildOptions {
  /** Packages of Go, `.` by default. */
  packages?: string | string[];
  /** The module that is written. */
  output?: string;
  /** A folder for the `wasm_exec.js` that fits (`--emit-js`). */
  js?: string;
  /** Flags of `wald build`: `['--optimize', '-ldflags=-s']`. */
  flags?: string[];
  /** The folder of the Go program. */
  cwd?: string;
  /** The environment; `GOOS` is `js` unless it says otherwise. */
  env?: Record<string, string | undefined>;
}

/** `wald build`. Returns what it printed; throws an error with its message if it fails. */
export function build(options: BuildOptions): string;

/** The version of Go that compiled a module: `go1.27.4`. */
export function goVersion(module: string): string;

/** The path of the `wasm_exec.js` of the toolchain that compiled a module. */
export function wasmExec(module: string, env?: Record<string, string | undefined>): string;

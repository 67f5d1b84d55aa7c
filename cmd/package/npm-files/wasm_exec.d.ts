// What Go's wasm_exec.js defines: import type {} from 'wald/wasm_exec'

declare global {
  /** Runs a Go program of `GOOS=js`. */
  class Go {
    /** Arguments; the first is the program's name. */
    argv: string[];
    env: Record<string, string>;
    /** Called when the program ends. */
    exit: (code: number) => void;
    exited: boolean;
    /** What to instantiate the module with. */
    importObject: WebAssembly.Imports;
    /** Fulfilled when the program ends. */
    run(instance: WebAssembly.Instance): Promise<void>;
  }
}

export {};

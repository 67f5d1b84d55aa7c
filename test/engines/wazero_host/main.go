// Command wazero_host calls exports of a reactor in wazero, with the command line of
// wasmtime_host.py.
//
// usage: wazero_host --reactor|--bare MODULE NAME [NUMBERS...] [, NAME [NUMBERS...]]...
//
//	wazero_host --compile MODULE, wazero_host --serve MODULE...    for test/bench/code
//	wazero_host --start KIND MODULE ROUNDS WORDS...                for test/bench/size
package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

const wasi = "wasi_snapshot_preview1"

// defineStubs gives the module what it imports beside WASI: functions that say that they were
// called, by say, and return 1.
func defineStubs(ctx context.Context, runtime wazero.Runtime, module wazero.CompiledModule, say func(string)) error {
	builders := map[string]wazero.HostModuleBuilder{}
	for _, function := range module.ImportedFunctions() {
		from, name, _ := function.Import()
		if from == wasi {
			continue
		}
		if builders[from] == nil {
			builders[from] = runtime.NewHostModuleBuilder(from)
		}
		params, results := function.ParamTypes(), function.ResultTypes()
		stub := func(_ context.Context, stack []uint64) {
			say(fmt.Sprintf("host %s.%s called with %d arguments\n", from, name, len(params)))
			if len(results) > 0 {
				stack[0] = encode(results[0], 1)
			}
		}
		builders[from].NewFunctionBuilder().
			WithGoFunction(api.GoFunc(stub), params, results).Export(name)
	}
	for _, builder := range builders {
		if _, err := builder.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func encode(kind api.ValueType, number float64) uint64 {
	switch kind {
	case api.ValueTypeF32:
		return api.EncodeF32(float32(number))
	case api.ValueTypeF64:
		return api.EncodeF64(number)
	case api.ValueTypeI32:
		return api.EncodeI32(int32(number))
	}
	return api.EncodeI64(int64(number))
}

func text(kind api.ValueType, value uint64) string {
	switch kind {
	case api.ValueTypeF32:
		return fmt.Sprint(api.DecodeF32(value))
	case api.ValueTypeF64:
		return fmt.Sprint(math.Float64frombits(value))
	case api.ValueTypeI32:
		return fmt.Sprint(api.DecodeI32(value))
	}
	return fmt.Sprint(int64(value))
}

// findCall finds an export and reads its arguments.
func findCall(instance api.Module, words []string) (function api.Function, args []uint64, err error) {
	function = instance.ExportedFunction(words[0])
	if function == nil {
		return nil, nil, fmt.Errorf("no export %s", words[0])
	}
	kinds := function.Definition().ParamTypes()
	if len(kinds) != len(words)-1 {
		return nil, nil, fmt.Errorf("%s takes %d arguments", words[0], len(kinds))
	}
	for i, word := range words[1:] {
		number, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, encode(kinds[i], number))
	}
	return function, args, nil
}

// call prints the result, or that the call trapped, which is no failure of the host.
func call(ctx context.Context, instance api.Module, words []string) error {
	function, args, err := findCall(instance, words)
	if err != nil {
		return err
	}
	results, err := function.Call(ctx, args...)
	if err != nil {
		fmt.Println(words[0], "trapped")
		return nil
	}
	result := "None"
	if len(results) > 0 {
		result = text(function.Definition().ResultTypes()[0], results[0])
	}
	fmt.Println(words[0], "=", result)
	return nil
}

func compileFile(ctx context.Context, runtime wazero.Runtime, path string) (wazero.CompiledModule, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return runtime.CompileModule(ctx, bytes)
}

func run(mode, path string, words []string) error {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	module, err := compileFile(ctx, runtime, path)
	if err != nil {
		return err
	}
	if err := defineStubs(ctx, runtime, module, func(line string) { fmt.Print(line) }); err != nil {
		return err
	}
	config := wazero.NewModuleConfig().WithStdout(os.Stdout).WithStderr(os.Stderr)
	if mode == "--reactor" {
		config = config.WithStartFunctions("_initialize")
	} else {
		config = config.WithStartFunctions()
	}
	instance, err := runtime.InstantiateModule(ctx, module, config)
	if err != nil {
		return err
	}
	for _, words := range strings.Split(strings.Join(words, " "), " , ") {
		if err := call(ctx, instance, strings.Fields(words)); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if len(os.Args) > 2 && (os.Args[1] == "--compile" || os.Args[1] == "--serve" || os.Args[1] == "--start") {
		var err error
		switch os.Args[1] {
		case "--compile":
			err = compileOnce(os.Args[2])
		case "--serve":
			err = serve(os.Args[2:])
		case "--start":
			err = startUp(os.Args[2:])
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "wazero_host:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) < 4 || (os.Args[1] != "--reactor" && os.Args[1] != "--bare") {
		fmt.Fprintln(os.Stderr, "usage: wazero_host --reactor|--bare MODULE NAME [NUMBERS...] [, …]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "wazero_host:", err)
		os.Exit(1)
	}
}

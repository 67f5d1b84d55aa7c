package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// The host for test/bench/code and test/bench/size, with the protocol of bench_wasmtime.py.

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// codeBytes reads the size of the machine code from a file of wazero's cache: "WAZEVO", the version
// with its length in a byte, the number of functions and their offsets, the size.
func codeBytes(folder string) (uint64, error) {
	var found []string
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			found = append(found, path)
		}
		return err
	})
	if err != nil || len(found) != 1 {
		return 0, fmt.Errorf("%d files in wazero's cache: %v", len(found), err)
	}
	file, err := os.ReadFile(found[0])
	if err != nil {
		return 0, err
	}
	rest, isCode := strings.CutPrefix(string(file), "WAZEVO")
	if !isCode || len(rest) < 1+int(rest[0])+4 {
		return 0, errors.New("wazero's cache has another format")
	}
	rest = rest[1+int(rest[0]):]
	functions := int(binary.LittleEndian.Uint32([]byte(rest[:4])))
	rest = rest[4:]
	if len(rest) < functions*8+8 {
		return 0, errors.New("wazero's cache has another format")
	}
	size := binary.LittleEndian.Uint64([]byte(rest[functions*8:][:8]))
	if size > uint64(len(rest)-functions*8-8) {
		return 0, errors.New("wazero's cache has another format")
	}
	return size, nil
}

// compileOnce prints CPU seconds of the compilation, and bytes of code. The size comes from a second
// compilation, which writes into a cache.
func compileOnce(path string) error {
	ctx := context.Background()
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer runtime.Close(ctx)
	before := cpuSeconds()
	if _, err := runtime.CompileModule(ctx, bytes); err != nil {
		return err
	}
	seconds := cpuSeconds() - before

	folder, err := os.MkdirTemp("", "wazero-cache-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cache, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return err
	}
	cached := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCompilationCache(cache))
	defer cached.Close(ctx)
	if _, err := cached.CompileModule(ctx, bytes); err != nil {
		return err
	}
	size, err := codeBytes(folder)
	if err != nil {
		return err
	}
	fmt.Println(seconds, size)
	return nil
}

func serve(paths []string) error {
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	var modules []wazero.CompiledModule
	for _, path := range paths {
		module, err := compileFile(ctx, runtime, path)
		if err != nil {
			return err
		}
		modules = append(modules, module)
	}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		number, err := strconv.Atoi(words[0])
		if err != nil || number >= len(modules) {
			return fmt.Errorf("no module %s", words[0])
		}
		// Without a name two instances do not collide; wazero's own clocks stand still.
		config := wazero.NewModuleConfig().WithName("").WithSysNanotime().WithSysWalltime().
			WithArgs(append([]string{"program"}, words[1:]...)...).
			WithStdout(os.Stdout).WithStderr(os.Stderr)
		if os.Getenv("BENCH_CLOCK") == "cpu" {
			config = config.WithNanotime(func() int64 { return int64(cpuSeconds() * 1e9) }, 1000)
		}
		instance, err := runtime.InstantiateModule(ctx, modules[number], config)
		var exit *sys.ExitError
		status := uint32(0)
		if errors.As(err, &exit) {
			status = exit.ExitCode()
		} else if err != nil {
			return err
		}
		if instance != nil {
			instance.Close(ctx)
		}
		fmt.Println("exit", status)
	}
	return lines.Err()
}

// threadMicroseconds is the CPU time of this thread: what a collection of garbage takes on others is
// not the engine's. The times of getrusage are those of the last tick.
func threadMicroseconds() int64 {
	const ofThread = 3 // CLOCK_THREAD_CPUTIME_ID
	var now syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, ofThread, uintptr(unsafe.Pointer(&now)), 0); errno != 0 {
		return 0
	}
	return now.Nano() / 1000
}

// startUp makes new instances of a module and prints microseconds of each, to instantiate it and
// for the first call: _start of a command, _initialize and an export of a reactor.
func startUp(words []string) error {
	if len(words) < 3 {
		return errors.New("--start KIND MODULE ROUNDS WORDS...")
	}
	kind, path, rest := words[0], words[1], words[3:]
	rounds, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	goruntime.LockOSThread()
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	module, err := compileFile(ctx, runtime, path)
	if err != nil {
		return err
	}
	if err := defineStubs(ctx, runtime, module, func(string) {}); err != nil {
		return err
	}
	for range rounds {
		goruntime.GC()
		config := wazero.NewModuleConfig().WithName("").WithSysNanotime().WithSysWalltime().
			WithStartFunctions().WithStderr(os.Stderr)
		calls := [][]string{{"_initialize"}, rest}
		if kind == "command" {
			config = config.WithArgs(append([]string{"program"}, rest...)...)
			calls = [][]string{{"_start"}}
		}
		before := threadMicroseconds()
		instance, err := runtime.InstantiateModule(ctx, module, config)
		if err != nil {
			return err
		}
		between := threadMicroseconds()
		if err := callAll(ctx, instance, calls); err != nil {
			return err
		}
		fmt.Println(between-before, threadMicroseconds()-between)
		instance.Close(ctx)
	}
	return nil
}

func callAll(ctx context.Context, instance api.Module, calls [][]string) error {
	for _, words := range calls {
		function, args, err := findCall(instance, words)
		if err != nil {
			return err
		}
		var exit *sys.ExitError
		if _, err := function.Call(ctx, args...); errors.As(err, &exit) && exit.ExitCode() == 0 {
			continue
		} else if err != nil {
			return err
		}
	}
	return nil
}

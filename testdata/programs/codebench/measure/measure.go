// Package measure times benchmarks from within the program, so that neither the engine's compilation
// nor the program's start is counted.
//
// The program is called with
//
//	-list                     prints names and descriptions
//	-calibrate NAME MILLIS    prints how many operations take about that long
//	NAME COUNT REPEATS        prints nanoseconds an operation and a checksum, once a repeat
//
// The first COUNT operations are not counted: they warm caches, grow the heap, and have an engine that
// compiles lazily compile what will be measured.
package measure

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// A Benchmark prepares its data and returns an operation. Each call of the operation does the same
// work and returns the same checksum of what it computed; 0 says that it failed.
type Benchmark struct {
	Name, About string
	Prepare     func() func() uint64
}

// Main runs the benchmark that the command line names.
func Main(benchmarks []Benchmark) {
	if len(os.Args) == 2 && os.Args[1] == "-list" {
		for _, b := range benchmarks {
			fmt.Printf("%s\t%s\n", b.Name, b.About)
		}
		return
	}
	if len(os.Args) != 4 {
		fail("usage: -list | -calibrate NAME MILLIS | NAME COUNT REPEATS")
	}
	if os.Args[1] == "-calibrate" {
		calibrate(find(benchmarks, os.Args[2]), time.Duration(number(os.Args[3]))*time.Millisecond)
		return
	}
	count, repeats := number(os.Args[2]), number(os.Args[3])
	op := find(benchmarks, os.Args[1]).Prepare()
	expected := op()
	run(op, expected, count)
	for range repeats {
		// No repeat inherits another one's garbage.
		runtime.GC()
		took := run(op, expected, count)
		fmt.Printf("%.1f %016x\n", float64(took.Nanoseconds())/float64(count), expected)
	}
}

func run(op func() uint64, expected uint64, count int) time.Duration {
	start := time.Now()
	for range count {
		if got := op(); got != expected || got == 0 {
			fail(fmt.Sprintf("an operation's checksum is %016x, the first one's %016x", got, expected))
		}
	}
	return time.Since(start)
}

func calibrate(benchmark Benchmark, wanted time.Duration) {
	op := benchmark.Prepare()
	expected := op()
	count := 1
	for {
		took := run(op, expected, count)
		if took >= wanted/4 {
			fmt.Println(max(1, int(float64(count)*float64(wanted)/float64(took)+0.5)))
			return
		}
		count *= 2
	}
}

func find(benchmarks []Benchmark, name string) Benchmark {
	for _, b := range benchmarks {
		if b.Name == name {
			return b
		}
	}
	fail("no benchmark " + name)
	panic("not reached")
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		fail(text + " is no number above 0")
	}
	return value
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "codebench:", message)
	os.Exit(2)
}

// A Hash sums up results: FNV-1a over 64-bit words, then mixed.
type Hash uint64

func (h *Hash) Add(value uint64) {
	if *h == 0 {
		*h = 14695981039346656037
	}
	x := (uint64(*h) ^ value) * 1099511628211
	*h = Hash(x ^ x>>29)
}

func (h *Hash) AddBytes(bytes []byte) {
	for len(bytes) >= 8 {
		h.Add(uint64(bytes[0]) | uint64(bytes[1])<<8 | uint64(bytes[2])<<16 | uint64(bytes[3])<<24 |
			uint64(bytes[4])<<32 | uint64(bytes[5])<<40 | uint64(bytes[6])<<48 | uint64(bytes[7])<<56)
		bytes = bytes[8:]
	}
	for _, b := range bytes {
		h.Add(uint64(b))
	}
}

func (h *Hash) AddString(text string) {
	for i := 0; i < len(text); i++ {
		h.Add(uint64(text[i]))
	}
}

// Random is a small generator with a fixed sequence (xorshift64*).
type Random uint64

func (r *Random) Next() uint64 {
	x := uint64(*r)
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	*r = Random(x)
	return x * 2685821657736338717
}

// Below returns a number from 0 to n-1.
func (r *Random) Below(n int) int { return int(r.Next() >> 33 % uint64(n)) }

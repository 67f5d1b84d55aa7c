// Codebench is what test/bench/code measures: small benchmarks of what Go programs do, each with a
// checksum, and two programs (text/template, encoding/json). The third real program is in esbuild/.
// With the tag "quick" it is a small module with few of them, which compiles in no time.
package main

import "example.com/codebench/measure"

type benchmark = measure.Benchmark

var benchmarks []benchmark

func add(group ...benchmark) { benchmarks = append(benchmarks, group...) }

func main() { measure.Main(benchmarks) }

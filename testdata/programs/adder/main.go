// A reactor: a module without a main loop whose exports the host calls, and which calls the host.
package main

import "structs"

// Sum is read by the host, in the host's layout.
type Sum struct {
	structs.HostLayout
	A, B, Result int32
}

// note tells the host what was added.
//
//go:wasmimport env note
func note(first bool, text string, calls *int32, sum *Sum)

var calls int32

//go:wasmexport add
func add(a, b int32) int32 {
	calls++
	sum := &Sum{A: a, B: b, Result: a + b}
	note(calls == 1, "added", &calls, sum)
	return sum.Result
}

func main() {}

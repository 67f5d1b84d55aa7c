//go:build wasip1 && !js

// A package.
package main

import (
	"structs"
	u "unsafe"
)

const (
	n = iota + 1<<2
	m uint8 = 'a'
	s = len("héllo\x00")
)

type (
	Point struct {
		_    structs.HostLayout
		x, y float64
		in   [n * m]*Inner[int32, []byte]
		*Embedded
		f func(int) (string, error) `tag:"x"`
	}
	Alias = map[string]chan<- int
	Set[K comparable, V any | ~int] interface{ M(K) V }
)

//go:wasmimport env log
func log(p u.Pointer, n uint32) (ok bool)

//go:wasmexport add
func add(a, b int32, rest ...string) int32 { //go:wasmexport behind
	if a < b {
		/*go:wasmimport in block*/
		return `raw
` + "x"
	}
	return a + b
}

// go:wasmexport blank
func (p *Point) method() {}

//go:Wasm_Export spelt
var x = func() {}()
//line other.go:12

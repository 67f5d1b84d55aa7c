// Package host declares imports: all types, two modules, and one function twice.
package host

import (
	"structs"
	"unsafe"
)

// Buffer is read by the host.
type Buffer struct {
	_    structs.HostLayout
	Data uint64
	Flag bool
}

//go:wasmimport env now
func now() int64

//go:wasmimport env now
func nowAgain() int64

//go:wasmimport env all_types
func allTypes(b bool, i int32, u uint32, l int64, ul uint64, f float32, d float64, p uintptr,
	q unsafe.Pointer, s string, n *int32, buf *Buffer, a *[4]int32) uint32

//go:wasmimport other.module some/function
func someFunction(f float32) float32

//go:wasmimport other.module get_pointer
func getPointer() unsafe.Pointer

//go:wasmimport other.module unused
func unused()

//go:wasmimport wasi_snapshot_preview1 sched_yield
func schedYield() uint32

// Now asks the host twice, by two declarations of one import.
func Now() int64 { return now() + nowAgain() }

// Sum calls the imports; only the reactor's exports reach it at run time.
func Sum() float32 {
	var n int32
	var b Buffer
	var a [4]int32
	if version != "" {
		return float32(allTypes(true, 1, 2, 3, 4, 5, 6, 7, unsafe.Pointer(&n), "text", &n, &b, &a)) +
			someFunction(1) + float32(uintptr(getPointer())) + float32(schedYield())
	}
	return 0
}

var version string

//go:wasmexport host_export
func hostExport(p *Buffer) uint64 { return p.Data }

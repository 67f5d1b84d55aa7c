// A reactor (also built as a command) with every kind of directive that the compiler allows,
// spread over several packages: this one, host (imports), shapes and deep (exports).
package main

import (
	"structs"
	"unsafe"

	_ "example.com/reactor/deep"
	"example.com/reactor/host"
	"example.com/reactor/shapes"
)

var version = "dev"

// Kind is a named type with an allowed underlying type.
type Kind uint32

// Point may be pointed to in directives because it embeds structs.HostLayout.
type Point struct {
	structs.HostLayout
	X, Y int32
	Name [8]uint8
}

//go:wasmimport env log_point
func logPoint(enabled bool, label string, count *int32, point *Point) (ok bool)

// The host package imports the same function with the same signature.
//
//go:wasmimport env now
func now() int64

// Never called: stays out of the module.
//
//go:wasmimport env never_called
func neverCalled(a, b, c int32) float64

//go:wasmexport zz_first
func zzFirst() {}

//go:wasmexport add
func add(a, b int32) int32 { return a + b }

//go:wasmexport all_scalars
func allScalars(b bool, i int32, u uint32, l int64, ul uint64, f float32, d float64, p uintptr) float64 {
	if b {
		return float64(i) + float64(u) + float64(l) + float64(ul) + float64(f) + d + float64(p)
	}
	return 0
}

//go:wasmexport not
func not(b bool) bool { return !b }

//go:wasmexport half32
func half32(f float32) float32 { return f / 2 }

//go:wasmexport wide
func wide(u uint64) uint64 { return u * 3 }

//go:wasmexport kind
func kind(k Kind) Kind { return k + 1 }

//go:wasmexport length
func length(s string) uint32 { return uint32(len(s)) }

//go:wasmexport move
func move(p *Point, dx, dy int32) *Point {
	n := int32(1)
	if logPoint(true, "move", &n, p) {
		p.X += dx
		p.Y += dy
	}
	return p
}

var origin Point

//go:wasmexport move_origin
func moveOrigin(dx, dy int32) int32 {
	p := move(&origin, dx, dy)
	return p.X*1000 + p.Y
}

//go:wasmexport clock
func clock() int64 { return now() + host.Now() }

//go:wasmexport raw
func raw(p unsafe.Pointer) unsafe.Pointer { return p }

//go:wasmexport address
func address(p *[4]int32) uintptr { return uintptr(unsafe.Pointer(p)) }

//go:wasmexport aa_last
func aaLast() uint32 { return uint32(len(version)) }

//go:wasmexport unusual/name·ü%s
func unusual() {}

func main() {
	println("reactor", version, shapes.Total(), host.Sum())
}

package p

import (
	"structs"
	. "x/dot"
	other "x/other"
	"unsafe"
)

const (
	A, B = iota << 2, len("ab" + S)
	C, D
	S = `x`
)

type alias = [A + 1]Pair[int8, other.T]

type Pair[T, U any] struct {
	_    structs.HostLayout
	X, Y T
	*Pair[U, T]
	Z [unsafe.Sizeof(uint16(0))]U `tag`
}

type Self struct{ next *Self; all [2]Self }

//go:wasmimport env f
func f(a, b *alias, c ...Self) (ok bool)

//go:wasmexport g
func (p *Pair[T, U]) g(func(int) string, map[string]int, <-chan int, interface{ m() }) (x, y string) {
}

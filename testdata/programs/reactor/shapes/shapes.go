// Package shapes has exports and state that is set up by inits.
package shapes

import "fmt"

// Shape makes the linker keep methods by interface.
type Shape interface{ Area() float64 }

type square struct{ side float64 }
type circle struct{ radius float64 }

func (s square) Area() float64 { return s.side * s.side }
func (c circle) Area() float64 { return c.radius * c.radius * 3 }

var shapes = map[string]Shape{"square": square{2}, "circle": circle{1}}
var text string

func init() {
	for name, shape := range shapes {
		text += fmt.Sprint(name, shape.Area())
	}
}

// Total is what all shapes cover.
//
//go:noinline
func Total() (sum float64) {
	for _, shape := range shapes {
		sum += shape.Area()
	}
	return sum
}

//go:wasmexport total
func total() float64 { return Total() }

//go:wasmexport area
func area(name string) float64 {
	if shape, ok := shapes[name]; ok {
		return shape.Area()
	}
	return -1
}

package main

import (
	"errors"
	"fmt"
	"iter"
)

func init() {
	add(
		benchmark{"fib", "recursion: Fibonacci of 24", fibonacci},
		benchmark{"interfaces", "methods of four types by interface, type switches", interfaces},
		benchmark{"closures", "functions that take and return functions", closures},
		benchmark{"generics", "generic functions over several types", generics},
		benchmark{"defer", "deferred calls, panics recovered, errors wrapped", deferOps},
		benchmark{"iterators", "range over functions", iterators},
		benchmark{"interpreter", "a stack machine with a switch in a loop", interpreter},
	)
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func fibonacci() func() uint64 { return func() uint64 { return uint64(fib(24)) } }

type shape interface {
	area() float64
	scale(by float64) shape
}
type (
	square    struct{ side float64 }
	rectangle struct{ width, height float64 }
	disc      struct{ radius float64 }
	group     []shape
)

func (s square) area() float64             { return s.side * s.side }
func (s square) scale(by float64) shape    { return square{s.side * by} }
func (r rectangle) area() float64          { return r.width * r.height }
func (r rectangle) scale(by float64) shape { return rectangle{r.width * by, r.height * by} }
func (d *disc) area() float64              { return 3 * d.radius * d.radius }
func (d *disc) scale(by float64) shape     { return &disc{d.radius * by} }
func (g group) area() (sum float64) {
	for _, s := range g {
		sum += s.area()
	}
	return sum
}
func (g group) scale(by float64) shape {
	for i, s := range g {
		g[i] = s.scale(by)
	}
	return g
}

func interfaces() func() uint64 {
	var shapes []shape
	for i := range 1000 {
		side := float64(i%9 + 1)
		switch i % 4 {
		case 0:
			shapes = append(shapes, square{side})
		case 1:
			shapes = append(shapes, rectangle{side, 2})
		case 2:
			shapes = append(shapes, &disc{side})
		default:
			shapes = append(shapes, group{square{1}, &disc{2}})
		}
	}
	return func() uint64 {
		sum, kinds := 0.0, 0
		for range 5 {
			for _, s := range shapes {
				sum += s.area()
				switch s := s.(type) {
				case square:
					kinds += int(s.side)
				case *disc:
					kinds += 2
				case group:
					kinds += len(s)
				}
			}
		}
		for _, s := range shapes[:100] {
			sum += s.scale(2).scale(0.5).area()
		}
		return uint64(sum)<<20 + uint64(kinds)
	}
}

func compose(functions ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range functions {
			x = f(x)
		}
		return x
	}
}

func closures() func() uint64 {
	calls := 0
	adder := func(n int) func(int) int { return func(x int) int { calls++; return x + n } }
	f := compose(adder(3), func(x int) int { return x * 7 % 1009 }, adder(-1), func(x int) int { return x ^ 5 })
	return func() uint64 {
		calls = 0
		x := 1
		for range 5000 {
			x = f(x)
		}
		return uint64(x)<<32 + uint64(calls)
	}
}

type numberLike interface{ ~int | ~uint32 | ~float64 }

func mapSlice[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

func fold[T, U any](in []T, start U, f func(U, T) U) U {
	for _, v := range in {
		start = f(start, v)
	}
	return start
}

func dot[T numberLike](a, b []T) (sum T) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func generics() func() uint64 {
	a, b := make([]int, 1000), make([]uint32, 1000)
	for i := range a {
		a[i], b[i] = i*3%101, uint32(i*7%97)
	}
	return func() uint64 {
		floats := mapSlice(a, func(v int) float64 { return float64(v) / 2 })
		texts := mapSlice(b, func(v uint32) string { return "x"[:v%2] })
		length := fold(texts, 0, func(n int, s string) int { return n + len(s) })
		return uint64(dot(a, a)) + uint64(dot(b, b))<<8 + uint64(dot(floats, floats))<<16 + uint64(length)
	}
}

var errBase = errors.New("base")

func failing(i int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v: %w", r, errBase)
		}
	}()
	var list [4]int
	defer func() { list[0]++ }()
	if i%10 == 0 {
		panic("ten")
	}
	list[i%4]++
	return nil
}

func deferOps() func() uint64 {
	return func() uint64 {
		caught := 0
		for i := range 1000 {
			if err := failing(i); errors.Is(err, errBase) {
				caught++
			}
		}
		return uint64(caught)
	}
}

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func filter(in iter.Seq[int], keep func(int) bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range in {
			if keep(v) && !yield(v) {
				return
			}
		}
	}
}

func iterators() func() uint64 {
	return func() uint64 {
		sum := 0
		for v := range filter(upTo(5000), func(v int) bool { return v%3 != 0 }) {
			if v > 4500 {
				break
			}
			sum += v
		}
		next, stop := iter.Pull(filter(upTo(300), func(v int) bool { return v%2 == 0 }))
		defer stop()
		for v, ok := next(); ok; v, ok = next() {
			sum = sum*3 + v
		}
		return uint64(sum)
	}
}

func interpreter() func() uint64 {
	const (
		push = iota
		add
		mul
		dup
		swap
		sub
		jumpIf
		mod
		pop
	)
	// x = 12345; n = 3000; do { x = (x*31 + n) % 65537; n-- } while n != 0
	program := []int{push, 12345, push, 3000, // x n
		swap, push, 31, mul, swap, dup, push, 0, add, // x*31 n n
		push, 1, sub, // x*31 n n-1
		swap, push, 7, mul, push, 0, add, // x*31 n-1 7n
		pop, swap, push, 65537, mod, swap, dup, jumpIf, 4}
	return func() uint64 {
		var stack [16]int
		top, steps := -1, 0
		for pc := 0; pc < len(program); pc++ {
			steps++
			switch program[pc] {
			case push:
				pc++
				top++
				stack[top] = program[pc]
			case add:
				stack[top-1] += stack[top]
				top--
			case mul:
				stack[top-1] *= stack[top]
				top--
			case sub:
				stack[top-1] -= stack[top]
				top--
			case mod:
				stack[top-1] %= stack[top]
				top--
			case dup:
				stack[top+1] = stack[top]
				top++
			case swap:
				stack[top-1], stack[top] = stack[top], stack[top-1]
			case pop:
				top--
			case jumpIf:
				pc++
				top--
				if stack[top+1] != 0 {
					pc = program[pc] - 1
				}
			}
		}
		return uint64(steps)<<32 + uint64(stack[0])
	}
}

//go:build !quick

package main

import (
	"runtime"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"allocate", "10,000 small objects of several sizes", allocate},
		benchmark{"binary-trees", "trees of depth 4 to 12, made and counted", binaryTrees},
		benchmark{"gc", "a collection with 100,000 live objects", collect},
		benchmark{"append", "slices that grow, strings that are cut and joined", appendOps},
	)
}

var sink [64]any

func allocate() func() uint64 {
	return func() uint64 {
		sum := 0
		for i := range 10_000 {
			switch i % 4 {
			case 0:
				sink[i%64] = &point{X: i}
			case 1:
				sink[i%64] = make([]byte, 16+i%200)
			case 2:
				sink[i%64] = i
			default:
				sink[i%64] = []*int{new(int)}
			}
			if p, ok := sink[(i*7)%64].(*point); ok {
				sum += p.X
			}
		}
		clear(sink[:])
		return uint64(sum)
	}
}

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func binaryTrees() func() uint64 {
	return func() uint64 {
		lasting := grow(12)
		sum := 0
		for depth := 4; depth <= 12; depth += 4 {
			for range 1 << (12 - depth) {
				sum += grow(depth).count()
			}
		}
		return uint64(sum)<<32 + uint64(lasting.count())
	}
}

type linked struct {
	next, other *linked
	value       int
	text        string
}

func collect() func() uint64 {
	var head *linked
	all := make([]*linked, 0, 100_000)
	random := measure.Random(97)
	for i := range 100_000 {
		head = &linked{next: head, value: i, text: "live"}
		all = append(all, head)
		head.other = all[random.Below(len(all))]
	}
	return func() uint64 {
		runtime.GC()
		return uint64(head.other.value + head.next.value + len(all))
	}
}

func appendOps() func() uint64 {
	return func() uint64 {
		var hash measure.Hash
		var numbers []int
		for i := range 5000 {
			numbers = append(numbers, i*i)
		}
		text := ""
		for i := 0; i < 300; i++ {
			text += string(rune('a' + i%26))
			if len(text) > 100 {
				text = text[50:]
			}
		}
		hash.AddString(text)
		numbers = append(numbers[:1000], numbers[3000:]...)
		hash.Add(uint64(len(numbers) + numbers[1500]))
		matrix := make([][]string, 0)
		for i := range 300 {
			matrix = append(matrix, append([]string{"first"}, text[i%40:], text[:i%40]))
		}
		for _, row := range matrix {
			hash.Add(uint64(len(row[1])))
		}
		return uint64(hash)
	}
}

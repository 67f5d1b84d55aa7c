//go:build !quick

package main

import (
	"cmp"
	"container/heap"
	"container/list"
	"slices"
	"sort"
	"strconv"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"map-int", "10,000 insertions, lookups, deletions by int", mapInt},
		benchmark{"map-string", "words counted by string, 3,000 keys", mapString},
		benchmark{"sort-ints", "slices.Sort of 10,000 ints", sortInts},
		benchmark{"sort-slice", "sort.Slice of 3,000 structs by a closure", sortSlice},
		benchmark{"sort-stable", "slices.SortStableFunc of 3,000 structs by two keys", sortStable},
		benchmark{"heap", "container/heap: 3,000 pushes and pops", heapOps},
		benchmark{"tree", "an unbalanced binary tree of 5,000 keys: insert, walk", treeOps},
		benchmark{"list", "container/list and ring of structs", listOps},
	)
}

func mapInt() func() uint64 {
	return func() uint64 {
		m := map[int]int{}
		random := measure.Random(61)
		for i := range 10_000 {
			m[random.Below(20_000)] += i
		}
		found, sum := 0, 0
		for i := range 20_000 {
			if v, ok := m[i]; ok {
				found++
				sum += v
			}
			if i%3 == 0 {
				delete(m, i)
			}
		}
		for k, v := range m {
			sum += k ^ v
		}
		return uint64(found)<<32 + uint64(sum)
	}
}

func mapString() func() uint64 {
	random := measure.Random(67)
	var keys []string
	for range 10_000 {
		keys = append(keys, "key-"+strconv.Itoa(random.Below(3000)*7919))
	}
	return func() uint64 {
		counts := make(map[string]int)
		for _, key := range keys {
			counts[key]++
		}
		sum := 0
		for i := range 3000 {
			sum = sum*31 + counts[keys[i]]
		}
		return uint64(len(counts))<<32 ^ uint64(sum)
	}
}

func sortInts() func() uint64 {
	random := measure.Random(71)
	input := make([]int, 10_000)
	for i := range input {
		input[i] = int(random.Next() >> 20)
	}
	work := make([]int, len(input))
	return func() uint64 {
		copy(work, input)
		slices.Sort(work)
		return uint64(work[0]) ^ uint64(work[5000])<<3 ^ uint64(work[9999])<<7
	}
}

type record struct {
	key, order int
	name       string
}

func records(count int, seed measure.Random) []record {
	list := make([]record, count)
	for i := range list {
		list[i] = record{seed.Below(count / 3), i, words(6, measure.Random(i+1))}
	}
	return list
}

func hashRecords(list []record) uint64 {
	var hash measure.Hash
	for i := 0; i < len(list); i += 17 {
		hash.Add(uint64(list[i].key)<<32 + uint64(list[i].order))
	}
	return uint64(hash)
}

func sortSlice() func() uint64 {
	input := records(3000, 73)
	work := make([]record, len(input))
	return func() uint64 {
		copy(work, input)
		sort.Slice(work, func(i, j int) bool {
			if work[i].key != work[j].key {
				return work[i].key < work[j].key
			}
			return work[i].order < work[j].order
		})
		return hashRecords(work)
	}
}

func sortStable() func() uint64 {
	input := records(3000, 79)
	work := make([]record, len(input))
	return func() uint64 {
		copy(work, input)
		slices.SortStableFunc(work, func(a, b record) int {
			if c := cmp.Compare(a.key, b.key); c != 0 {
				return c
			}
			return cmp.Compare(a.name, b.name)
		})
		return hashRecords(work)
	}
}

type queue []record

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].key < q[j].key || q[i].key == q[j].key && q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(record)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func heapOps() func() uint64 {
	input := records(3000, 83)
	return func() uint64 {
		q := make(queue, 0, len(input))
		for _, r := range input {
			heap.Push(&q, r)
		}
		var hash measure.Hash
		for q.Len() > 0 {
			hash.Add(uint64(heap.Pop(&q).(record).order))
		}
		return uint64(hash)
	}
}

type node struct {
	key         int
	left, right *node
}

func (n *node) insert(key int) *node {
	if n == nil {
		return &node{key: key}
	}
	if key < n.key {
		n.left = n.left.insert(key)
	} else if key > n.key {
		n.right = n.right.insert(key)
	}
	return n
}

func (n *node) walk(depth int, visit func(key, depth int)) {
	if n != nil {
		n.left.walk(depth+1, visit)
		visit(n.key, depth)
		n.right.walk(depth+1, visit)
	}
}

func treeOps() func() uint64 {
	return func() uint64 {
		var root *node
		random := measure.Random(89)
		for range 5000 {
			root = root.insert(random.Below(1 << 20))
		}
		var hash measure.Hash
		root.walk(0, func(key, depth int) { hash.Add(uint64(key)<<8 + uint64(depth)) })
		return uint64(hash)
	}
}

func listOps() func() uint64 {
	return func() uint64 {
		l := list.New()
		for i := range 2000 {
			l.PushBack(record{key: i})
			if i%5 == 0 {
				l.MoveToFront(l.Back())
			}
		}
		var hash measure.Hash
		for e := l.Front(); e != nil; e = e.Next() {
			hash.Add(uint64(e.Value.(record).key))
		}
		return uint64(hash)
	}
}

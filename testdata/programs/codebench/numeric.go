package main

import (
	"math"
	"math/big"
	"math/bits"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"matrix", "product of two 96×96 matrices of float64", matrix},
		benchmark{"mandelbrot", "the set at 96×96 points, 60 iterations", mandelbrot},
		benchmark{"nbody", "5 bodies, 2,000 steps", nbody},
		benchmark{"sieve", "primes below 200,000", sieve},
		benchmark{"collatz", "the longest sequence from below 10,000", collatz},
		benchmark{"fannkuch", "all permutations of 7 numbers", fannkuch},
		benchmark{"life", "20 generations of a 96×96 torus", life},
		benchmark{"nqueens", "8 queens, by bits and recursion", nqueens},
		benchmark{"bigint", "200 digits of π with math/big", piDigits},
		benchmark{"bits", "counts, rotations and 128-bit products", bitTricks},
	)
}

func matrix() func() uint64 {
	const n = 96
	a, b, c := make([][]float64, n), make([][]float64, n), make([][]float64, n)
	for i := range n {
		a[i], b[i], c[i] = make([]float64, n), make([]float64, n), make([]float64, n)
		for j := range n {
			a[i][j], b[i][j] = float64(i*j%7)+0.5, float64(i+2*j%11)-3
		}
	}
	return func() uint64 {
		for i := range a {
			for j := range b {
				sum := 0.0
				for k := range a[i] {
					sum += a[i][k] * b[k][j]
				}
				c[i][j] = sum
			}
		}
		var hash measure.Hash
		for i := range c {
			hash.Add(math.Float64bits(c[i][(i*5)%n]))
		}
		return uint64(hash)
	}
}

func mandelbrot() func() uint64 {
	const n, limit = 96, 60
	return func() uint64 {
		var hash measure.Hash
		for py := range n {
			for px := range n {
				cx, cy := float64(px)/n*3-2, float64(py)/n*2-1
				x, y, i := 0.0, 0.0, 0
				for ; i < limit && x*x+y*y <= 4; i++ {
					x, y = x*x-y*y+cx, 2*x*y+cy
				}
				hash.Add(uint64(i))
			}
		}
		return uint64(hash)
	}
}

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func nbody() func() uint64 {
	start := [5]body{
		{0, 0, 0, 0, 0, 0, 39.5},
		{4.8, -1.2, -0.1, 0.6, 2.8, -0.02, 0.037},
		{8.3, 4.1, -0.4, -1.0, 1.8, 0.008, 0.011},
		{12.9, -15.1, -0.2, 1.1, 0.9, -0.01, 0.0017},
		{15.4, -25.9, 0.2, 1.0, 0.6, -0.03, 0.002},
	}
	return func() uint64 {
		bodies := start
		for range 2000 {
			for i := range bodies {
				a := &bodies[i]
				for j := i + 1; j < len(bodies); j++ {
					b := &bodies[j]
					dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
					square := dx*dx + dy*dy + dz*dz
					magnitude := 0.01 / (square * math.Sqrt(square))
					a.vx -= dx * b.mass * magnitude
					a.vy -= dy * b.mass * magnitude
					a.vz -= dz * b.mass * magnitude
					b.vx += dx * a.mass * magnitude
					b.vy += dy * a.mass * magnitude
					b.vz += dz * a.mass * magnitude
				}
			}
			for i := range bodies {
				b := &bodies[i]
				b.x += 0.01 * b.vx
				b.y += 0.01 * b.vy
				b.z += 0.01 * b.vz
			}
		}
		var hash measure.Hash
		for _, b := range bodies {
			// Rounded: native code may fuse multiplications and additions.
			hash.Add(uint64(int64(math.Round(b.x * 1e6))))
		}
		return uint64(hash)
	}
}

func sieve() func() uint64 {
	composite := make([]bool, 200_000)
	return func() uint64 {
		clear(composite)
		count := 0
		for i := 2; i < len(composite); i++ {
			if composite[i] {
				continue
			}
			count++
			for j := i * i; j < len(composite); j += i {
				composite[j] = true
			}
		}
		return uint64(count)
	}
}

func collatz() func() uint64 {
	return func() uint64 {
		longest, from := 0, 0
		for start := 1; start < 10_000; start++ {
			steps := 0
			for n := start; n != 1; steps++ {
				if n%2 == 0 {
					n /= 2
				} else {
					n = 3*n + 1
				}
			}
			if steps > longest {
				longest, from = steps, start
			}
		}
		return uint64(longest)<<32 | uint64(from)
	}
}

func fannkuch() func() uint64 {
	const n = 7
	return func() uint64 {
		var permutation, flipped, counts [n]int
		for i := range permutation {
			permutation[i] = i
		}
		most, sum, sign, r := 0, 0, 1, n
		for {
			for ; r > 1; r-- {
				counts[r-1] = r
			}
			flipped = permutation
			flips := 0
			for first := flipped[0]; first != 0; first = flipped[0] {
				for i, j := 0, first; i < j; i, j = i+1, j-1 {
					flipped[i], flipped[j] = flipped[j], flipped[i]
				}
				flips++
			}
			most = max(most, flips)
			sum += sign * flips
			sign = -sign
			for {
				if r == n {
					return uint64(most)<<32 | uint64(uint32(sum))
				}
				first := permutation[0]
				for i := range r {
					permutation[i] = permutation[i+1]
				}
				permutation[r] = first
				counts[r]--
				if counts[r] > 0 {
					break
				}
				r++
			}
		}
	}
}

func life() func() uint64 {
	const n = 96
	type board [n][n]uint8
	var start board
	random := measure.Random(7)
	for y := range start {
		for x := range start[y] {
			start[y][x] = uint8(random.Next() >> 63)
		}
	}
	return func() uint64 {
		now, next := start, board{}
		for range 20 {
			for y := range n {
				up, down := (y+n-1)%n, (y+1)%n
				for x := range n {
					left, right := (x+n-1)%n, (x+1)%n
					around := now[up][left] + now[up][x] + now[up][right] + now[y][left] +
						now[y][right] + now[down][left] + now[down][x] + now[down][right]
					next[y][x] = 0
					if around == 3 || around == 2 && now[y][x] == 1 {
						next[y][x] = 1
					}
				}
			}
			now = next
		}
		var hash measure.Hash
		for y := range now {
			hash.AddBytes(now[y][:])
		}
		return uint64(hash)
	}
}

func placeQueens(columns, left, right, all uint32) int {
	if columns == all {
		return 1
	}
	count := 0
	for free := all &^ (columns | left | right); free != 0; free &= free - 1 {
		bit := free & -free
		count += placeQueens(columns|bit, (left|bit)<<1, (right|bit)>>1, all)
	}
	return count
}

func nqueens() func() uint64 {
	return func() uint64 { return uint64(placeQueens(0, 0, 0, 1<<8-1)) }
}

// piDigits is Gibbons' unbounded spigot.
func piDigits() func() uint64 {
	return func() uint64 {
		var hash measure.Hash
		q, r, t := big.NewInt(1), big.NewInt(0), big.NewInt(1)
		k, n, l := big.NewInt(1), big.NewInt(3), big.NewInt(3)
		a, b, c := new(big.Int), new(big.Int), new(big.Int)
		one, two, three, four := big.NewInt(1), big.NewInt(2), big.NewInt(3), big.NewInt(4)
		seven, ten := big.NewInt(7), big.NewInt(10)
		for digits := 0; digits < 200; {
			a.Mul(four, q)
			a.Add(a, r)
			a.Sub(a, t)
			if a.Cmp(b.Mul(n, t)) < 0 {
				hash.Add(n.Uint64())
				digits++
				b.Sub(r, b)
				a.Mul(three, q)
				a.Add(a, r)
				a.Mul(a, ten)
				a.Quo(a, t)
				n.Sub(a, n.Mul(n, ten))
				r.Mul(b, ten)
				q.Mul(q, ten)
				continue
			}
			a.Mul(seven, k)
			a.Mul(a, q)
			a.Add(a, c.Mul(two, q))
			b.Mul(r, l)
			a.Add(a, b)
			b.Mul(t, l)
			n.Quo(a, b)
			a.Mul(two, q)
			a.Add(a, r)
			r.Mul(a, l)
			q.Mul(q, k)
			t.Mul(t, l)
			l.Add(l, two)
			k.Add(k, one)
		}
		return uint64(hash)
	}
}

func bitTricks() func() uint64 {
	return func() uint64 {
		random := measure.Random(99)
		sum := uint64(0)
		for range 20_000 {
			x := random.Next()
			high, low := bits.Mul64(x, sum|1)
			total, carry := bits.Add64(high, bits.RotateLeft64(low, 13), 1)
			sum = total + carry + uint64(bits.OnesCount64(x)*bits.LeadingZeros64(low|1)+bits.TrailingZeros64(high|2))
		}
		return sum
	}
}

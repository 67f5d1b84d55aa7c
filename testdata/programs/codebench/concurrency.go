package main

import (
	"context"
	"runtime"
	"sync"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"channel", "2,000 values to and fro over unbuffered channels", pingPong},
		benchmark{"pipeline", "a sieve of goroutines and buffered channels", pipeline},
		benchmark{"select", "three senders, one receiver by select", selectOps},
		benchmark{"switches", "4 goroutines, 1,000 × runtime.Gosched", switches},
		benchmark{"spawn", "1,000 goroutines, a mutex, a WaitGroup", spawn},
	)
}

func pingPong() func() uint64 {
	return func() uint64 {
		there, back := make(chan int), make(chan int)
		go func() {
			for v := range there {
				back <- v*3 + 1
			}
			close(back)
		}()
		x, sum := 1, 0
		for range 2000 {
			there <- x % 1000
			x = <-back
			sum += x
		}
		close(there)
		<-back
		return uint64(sum)
	}
}

func pipeline() func() uint64 {
	return func() uint64 {
		numbers := make(chan int, 8)
		ctx, cancel := context.WithCancel(context.Background())
		var group sync.WaitGroup
		start := func(work func()) {
			group.Add(1)
			go func() {
				defer group.Done()
				work()
			}()
		}
		start(func() {
			for i := 2; ctx.Err() == nil; i++ {
				select {
				case numbers <- i:
				case <-ctx.Done():
				}
			}
		})
		var hash measure.Hash
		in := numbers
		for range 20 {
			prime := <-in
			hash.Add(uint64(prime))
			from, out := in, make(chan int, 8)
			start(func() {
				for {
					select {
					case v := <-from:
						if v%prime != 0 {
							select {
							case out <- v:
							case <-ctx.Done():
								return
							}
						}
					case <-ctx.Done():
						return
					}
				}
			})
			in = out
		}
		cancel()
		group.Wait()
		return uint64(hash)
	}
}

func selectOps() func() uint64 {
	return func() uint64 {
		a, b, c := make(chan int), make(chan int, 4), make(chan string)
		done := make(chan struct{})
		go func() {
			for i := range 500 {
				a <- i
			}
			done <- struct{}{}
		}()
		go func() {
			for i := range 500 {
				b <- i * 2
			}
			done <- struct{}{}
		}()
		go func() {
			for i := range 500 {
				c <- "text"[:i%4]
			}
			done <- struct{}{}
		}()
		sum := 0
		for running := 3; running > 0; {
			select {
			case v := <-a:
				sum += v
			case v := <-b:
				sum += v
			case s := <-c:
				sum += len(s)
			case <-done:
				running--
			}
		}
		for {
			select {
			case v := <-b:
				sum += v
			default:
				return uint64(sum)
			}
		}
	}
}

func switches() func() uint64 {
	return func() uint64 {
		var group sync.WaitGroup
		sums := make([]int, 4)
		for i := range sums {
			group.Add(1)
			go func() {
				defer group.Done()
				for j := range 1000 {
					sums[i] += j
					runtime.Gosched()
				}
			}()
		}
		group.Wait()
		return uint64(sums[0] + sums[1]<<1 + sums[2]<<2 + sums[3]<<3)
	}
}

func spawn() func() uint64 {
	return func() uint64 {
		var group sync.WaitGroup
		var mutex sync.Mutex
		total := 0
		for i := range 1000 {
			group.Add(1)
			go func() {
				defer group.Done()
				mutex.Lock()
				defer mutex.Unlock()
				total += i
			}()
		}
		group.Wait()
		return uint64(total)
	}
}

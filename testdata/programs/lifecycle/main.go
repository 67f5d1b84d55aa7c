// A reactor that counts how often it was started, for hosts that start it in the right way, twice or
// not at all.
package main

var (
	inits, mains, calls int32
	early               = first() // before init
)

//go:wasmimport env tell
func tell(inits, calls int32)

func first() int32 { return 40 }

func init() {
	inits++
	tell(inits, calls)
}

// The entry point of a command; a reactor never gets here.
func main() { mains++ }

//go:wasmexport add
func add(a, b int32) int32 {
	calls++
	return a + b
}

//go:wasmexport counts
func counts() int32 {
	tell(inits, calls)
	return inits*100 + mains*10 + calls
}

//go:wasmexport early
func earlyValue() int32 { return early }

// sum needs the scheduler and the heap.
//
//go:wasmexport sum
func sum(n int32) int64 {
	numbers := make(chan int64)
	go func() {
		for i := range n {
			numbers <- int64(i)
		}
		close(numbers)
	}()
	var all []int64
	total := int64(0)
	for number := range numbers {
		all = append(all, number)
		total += number
	}
	return total + int64(len(all))
}

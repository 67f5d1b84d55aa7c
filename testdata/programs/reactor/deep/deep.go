// Package deep is imported for its exports only.
package deep

//go:wasmexport deep_only
func deepOnly(a, b float64) float64 { return a / b }

//go:wasmexport deep_goroutine
func deepGoroutine(n int32) int32 {
	done := make(chan int32)
	go func() { done <- n + 1 }()
	return <-done
}

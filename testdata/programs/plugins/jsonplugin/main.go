// A plugin of a service: the host writes a request as JSON into the plugin's memory and reads the
// answer there. It imports nothing but WASI.
package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"unsafe"
)

type item struct {
	Name  string            `json:"name"`
	Price float64           `json:"price"`
	Count int               `json:"count"`
	Tags  map[string]string `json:"tags,omitempty"`
}

type request struct {
	Customer string `json:"customer"`
	Items    []item `json:"items"`
}

type answer struct {
	Total   float64  `json:"total"`
	Names   []string `json:"names"`
	Message string   `json:"message,omitempty"`
}

const example = `{"customer": "first", "items": [
	{"name": "pen", "price": 1.25, "count": 4, "tags": {"color": "blue"}},
	{"name": "paper", "price": 0.02, "count": 500}]}`

// What the host reads and writes; it must not move.
var buffer []byte

//go:wasmexport reserve
func reserve(size uint32) unsafe.Pointer {
	buffer = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(buffer))
}

// Handles the request in the buffer, and returns the size of the answer, which is then there.
//
//go:wasmexport handle
func handle() uint32 {
	buffer = process(buffer)
	return uint32(len(buffer))
}

// What a host does first of all, without a request of its own: the size of an answer.
//
//go:wasmexport warm_up
func warmUp() uint32 {
	return uint32(len(process([]byte(example))))
}

func process(text []byte) []byte {
	var in request
	var out answer
	if err := json.Unmarshal(text, &in); err != nil {
		out.Message = err.Error()
	}
	for _, item := range in.Items {
		out.Total += item.Price * float64(item.Count)
		out.Names = append(out.Names, strings.ToUpper(item.Name))
		for key, value := range item.Tags {
			out.Message += fmt.Sprintf("%s of %s is %q. ", key, item.Name, value)
		}
	}
	sort.Strings(out.Names)
	bytes, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return bytes
}

func main() {}

// A filter of a proxy, in the manner of the proxy-wasm interface: the proxy calls exports for each
// request, and the filter asks for headers and sets them by imports.
package main

import (
	"path"
	"strings"
	"unsafe"
)

const (
	ok             = 0
	requestHeaders = 0
	actionContinue = 0
	actionPause    = 1
	levelInfo      = 2
)

//go:wasmimport env proxy_log
func proxyLog(level int32, text unsafe.Pointer, size int32) int32

//go:wasmimport env proxy_get_header_map_value
func proxyGetHeader(kind int32, key unsafe.Pointer, keySize int32, value, valueSize *uint32) int32

//go:wasmimport env proxy_replace_header_map_value
func proxySetHeader(kind int32, key unsafe.Pointer, keySize int32, value unsafe.Pointer, valueSize int32) int32

//go:wasmimport env proxy_send_local_response
func proxySendResponse(status uint32, details unsafe.Pointer, detailsSize int32, body unsafe.Pointer, bodySize int32) int32

// What the proxy writes into, by its address.
var received = map[uint32][]byte{}

type stream struct {
	id, parent int32
	requests   int
}

var streams = map[int32]*stream{}

func data(text string) (unsafe.Pointer, int32) {
	return unsafe.Pointer(unsafe.StringData(text)), int32(len(text))
}

func log(text string) {
	pointer, size := data(text)
	proxyLog(levelInfo, pointer, size)
}

func header(name string) (string, bool) {
	var address, size uint32
	key, keySize := data(name)
	if proxyGetHeader(requestHeaders, key, keySize, &address, &size) != ok {
		return "", false
	}
	bytes, found := received[address]
	delete(received, address)
	return string(bytes), found && uint32(len(bytes)) == size
}

func setHeader(name, text string) {
	key, keySize := data(name)
	value, size := data(text)
	proxySetHeader(requestHeaders, key, keySize, value, size)
}

//go:wasmexport proxy_abi_version_0_2_0
func abiVersion() {}

//go:wasmexport proxy_on_memory_allocate
func onMemoryAllocate(size uint32) unsafe.Pointer {
	bytes := make([]byte, size)
	pointer := unsafe.Pointer(unsafe.SliceData(bytes))
	received[uint32(uintptr(pointer))] = bytes
	return pointer
}

//go:wasmexport proxy_on_context_create
func onContextCreate(id, parent int32) {
	streams[id] = &stream{id: id, parent: parent}
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(id, count, _ int32) int32 {
	current := streams[id]
	if current == nil {
		current = &stream{id: id}
		streams[id] = current
	}
	current.requests++
	name, found := header(":path")
	if !found {
		log("a request without a path")
		return actionPause
	}
	clean := path.Clean("/" + strings.ToLower(name))
	if strings.HasPrefix(clean, "/internal/") {
		body, size := data("not for you")
		proxySendResponse(403, nil, 0, body, size)
		return actionPause
	}
	setHeader(":path", clean)
	setHeader("x-filtered", "yes")
	return actionContinue
}

//go:wasmexport proxy_on_delete
func onDelete(id int32) {
	delete(streams, id)
}

func main() {}

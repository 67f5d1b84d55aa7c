// A client and server over the socket extension of WASI, by github.com/stealthrocket/net.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	_ "github.com/stealthrocket/net/http"
	"github.com/stealthrocket/net/wasip1"
)

var version = "dev"

//go:wasmexport probe
func probe(address string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := wasip1.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Println("usage: wasinet URL|:PORT", version)
		return
	}
	if os.Args[1][0] != ':' {
		response, err := http.Get(os.Args[1])
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		io.Copy(os.Stdout, response.Body)
		return
	}
	listener, err := wasip1.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.URL) }))
}

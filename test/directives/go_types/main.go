// Command go_types holds what `wald check --print` says of the types of directives against go/types:
// names, types, sizes and offsets of every go:wasmimport and go:wasmexport function.
//
// usage: go_types [-wald FILE] [-count N] [-seed N] [-keep DIR]      of a generated program
//
//	go_types [-wald FILE] -dir DIR [PACKAGES]                   of packages in a module
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	wald := flag.String("wald", "build/wald", "the wald to test")
	count := flag.Int("count", 2000, "number of generated functions")
	seed := flag.Int64("seed", 1, "seed of the generated program")
	keep := flag.String("keep", "", "write the generated program there and leave it")
	dir := flag.String("dir", "", "compare the packages of this module")
	flag.Parse()
	patterns := flag.Args()
	if *dir == "" {
		*dir = *keep
		if *dir == "" {
			temporary, err := os.MkdirTemp("", "wald-types-")
			check(err)
			defer os.RemoveAll(temporary)
			*dir = temporary
		}
		generate(*dir, *count, *seed)
		patterns = []string{"."}
	}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	compared, failures := compare(*wald, *dir, patterns)
	for i, failure := range failures {
		if i == 20 {
			fmt.Printf("and %d more\n", len(failures)-i)
			break
		}
		fmt.Println("FAIL:", failure)
	}
	fmt.Printf("go types: %d directives, %d failures\n", compared, len(failures))
	if len(failures) > 0 || compared == 0 {
		os.Exit(1)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go_types:", err)
		os.Exit(2)
	}
}

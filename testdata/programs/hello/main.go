// The smallest program that everybody tries first, with two variables for -X.
package main

import (
	"fmt"
	"os"
)

var (
	version = "dev"
	commit  string
)

func main() {
	fmt.Println("hello, world", version, commit, len(os.Args))
}

// Command sarif holds logs against the JSON schema of SARIF 2.1.0, which package go-sarif carries as
// a constant of its own.
//
// usage: sarif FILE...
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xeipuuv/gojsonschema"
)

const sarifPackage = "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

// readSchema finds the constant in the package's source, for it is not exported.
func readSchema() (string, error) {
	list := exec.Command("go", "list", "-f", "{{.Dir}}", sarifPackage)
	list.Stderr = os.Stderr
	directory, err := list.Output()
	if err != nil {
		return "", err
	}
	file := filepath.Join(strings.TrimSpace(string(directory)), "schema.go")
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return "", err
	}
	schema := source.Scope.Lookup("schema")
	if schema == nil {
		return "", fmt.Errorf("%s has no schema", file)
	}
	literal, ok := schema.Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit)
	if !ok {
		return "", fmt.Errorf("the schema in %s is no literal", file)
	}
	return strconv.Unquote(literal.Value)
}

func check(schema *gojsonschema.Schema, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	result, err := schema.Validate(gojsonschema.NewBytesLoader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if result.Valid() {
		return nil
	}
	return fmt.Errorf("%s: %v", file, result.Errors())
}

func run(files []string) error {
	text, err := readSchema()
	if err != nil {
		return err
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(text))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := check(schema, file); err != nil {
			return err
		}
	}
	fmt.Println(len(files), "valid SARIF logs")
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sarif:", err)
		os.Exit(1)
	}
}

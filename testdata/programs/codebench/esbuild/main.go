// The third real program of the bench: esbuild compiles TypeScript and JSX for an old engine and
// minifies the output.
package main

import (
	_ "embed"
	"strconv"
	"strings"

	"example.com/codebench/measure"

	"github.com/evanw/esbuild/pkg/api"
)

//go:embed component.tsx
var component string

func main() {
	measure.Main([]measure.Benchmark{
		{Name: "esbuild", About: "esbuild: 20 components of TypeScript and JSX, minified for ES2017", Prepare: transform},
	})
}

func transform() func() uint64 {
	var source strings.Builder
	for i := range 20 {
		source.WriteString(strings.ReplaceAll(component, "NUMBER", strconv.Itoa(i)))
	}
	input := source.String()
	return func() uint64 {
		result := api.Transform(input, api.TransformOptions{
			Loader: api.LoaderTSX, Target: api.ES2017, Sourcemap: api.SourceMapExternal,
			MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LogLevel: api.LogLevelSilent,
		})
		if len(result.Errors) > 0 {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(result.Code)
		hash.AddBytes(result.Map)
		return uint64(hash)
	}
}

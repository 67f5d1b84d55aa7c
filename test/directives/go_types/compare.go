package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What go list says of a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles                       []string
	ImportMap                     map[string]string
}

// What wald says.
type (
	program struct {
		Program          string
		Imports, Exports []directive
		Types            map[string]described
	}
	directive struct {
		Module, Name, Package, Function, File string
		Line                                  int
		NoGoTypes                             string      `json:"no_go_types"`
		GoParams                              []parameter `json:"go_params"`
		GoResults                             []parameter `json:"go_results"`
	}
	parameter struct{ Name, Type string }
	described struct {
		Kind, Element           string
		Size, Alignment, Length int64
		Fields                  []field
	}
	field struct {
		Name, Type string
		Offset     int64
		Embedded   bool
	}
)

func run(dir string, words ...string) []byte {
	command := exec.Command(words[0], words[1:]...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOWORK=off")
	command.Stderr = os.Stderr
	out, err := command.Output()
	check(err)
	return out
}

// A package as go/types sees it.
type checked struct {
	listed
	files      []*ast.File
	fset       *token.FileSet
	info       *types.Info
	functions  map[string]*ast.FuncDecl // "f", "T.m", "(*T).m"
	directives map[string]bool          // functions with one
}

type comparison struct {
	packages map[string]*listed
	checked  map[string]*checked
	sizes    types.Sizes
	failures []string
	root     string // the program's own path, which wald calls main
}

func (c *comparison) fail(format string, args ...any) {
	c.failures = append(c.failures, fmt.Sprintf(format, args...))
}

// compare returns the number of directives compared, and what differs.
func compare(wald, dir string, patterns []string) (int, []string) {
	wald, err := filepath.Abs(wald)
	check(err)
	c := &comparison{
		packages: map[string]*listed{},
		checked:  map[string]*checked{},
		sizes:    types.SizesFor("gc", "wasm"),
	}
	decoder := json.NewDecoder(bytes.NewReader(run(dir, append([]string{"go", "list", "-deps",
		"-export", "-json=ImportPath,Name,Dir,Export,GoFiles,ImportMap"}, patterns...)...)))
	for {
		var p listed
		if err := decoder.Decode(&p); err == io.EOF {
			break
		} else {
			check(err)
		}
		c.packages[p.ImportPath] = &p
	}
	var programs []program
	check(json.Unmarshal(run(dir, append([]string{wald, "check", "--print", "--format=json"},
		patterns...)...), &programs))
	compared := 0
	for _, p := range programs {
		compared += c.compareProgram(p)
	}
	return compared, c.failures
}

func (c *comparison) compareProgram(p program) int {
	c.root = p.Program
	seen := map[string]bool{}
	done := map[string]bool{}
	for _, d := range append(p.Imports, p.Exports...) {
		path := d.Package
		if path == "main" {
			path = c.root
		}
		pkg := c.load(path)
		where := d.Package + "." + d.Function
		name := d.Function
		// A function under another package's name, by go:linkname.
		function := pkg.functions[name]
		for local, decl := range pkg.functions {
			if function == nil && strings.HasSuffix(name, "."+local) {
				name, function = local, decl
			}
		}
		seen[d.Package+"."+name] = true
		switch {
		case d.NoGoTypes != "":
			c.fail("%s has no Go types: %s", where, d.NoGoTypes)
			continue
		case function == nil:
			c.fail("%s is no function", where)
			continue
		}
		object := pkg.info.Defs[function.Name].(*types.Func)
		signature := object.Type().(*types.Signature)
		params := []*types.Var{}
		if signature.Recv() != nil {
			params = append(params, signature.Recv())
		}
		for i := range signature.Params().Len() {
			params = append(params, signature.Params().At(i))
		}
		results := []*types.Var{}
		for i := range signature.Results().Len() {
			results = append(results, signature.Results().At(i))
		}
		c.compareVars(where, "parameter", params, d.GoParams, p.Types, done)
		c.compareVars(where, "result", results, d.GoResults, p.Types, done)
	}
	// What wald has not seen.
	for path := range c.packages {
		pkg := c.checked[path]
		if pkg == nil {
			continue
		}
		called := path
		if path == c.root {
			called = "main"
		}
		for name := range pkg.directives {
			if !seen[called+"."+name] {
				c.fail("%s.%s is not in the interface", called, name)
			}
		}
	}
	return len(seen)
}

func (c *comparison) compareVars(where, what string, want []*types.Var, got []parameter,
	described map[string]described, done map[string]bool) {
	if len(want) != len(got) {
		c.fail("%s has %d %ss, wald has %d", where, len(want), what, len(got))
		return
	}
	for i, v := range want {
		if v.Name() != got[i].Name {
			c.fail("%s: %s %d is %q, for wald %q", where, what, i, v.Name(), got[i].Name)
		}
		if text := c.text(v.Type()); text != got[i].Type {
			c.fail("%s: %s %d has type %s, for wald %s", where, what, i, text, got[i].Type)
			continue
		}
		c.compareType(where, v.Type(), described, done)
	}
}

// compareType compares layouts of all that the type leads to.
func (c *comparison) compareType(where string, t types.Type, all map[string]described,
	done map[string]bool) {
	text := c.text(t)
	if done[text] {
		return
	}
	done[text] = true
	t = types.Unalias(t)
	named, isNamed := t.(*types.Named)
	if isNamed && (named.Obj().Pkg() == nil || named.Obj().Pkg().Path() == "structs") {
		return
	}
	got, known := all[text]
	underlying := t.Underlying()
	_, isStruct := underlying.(*types.Struct)
	_, isArray := underlying.(*types.Array)
	if isNamed || isStruct || isArray {
		if !known {
			c.fail("%s: type %s is not described", where, text)
			return
		}
		if got.Size != c.sizes.Sizeof(t) || got.Alignment != c.sizes.Alignof(t) {
			c.fail("%s: type %s has size %d and alignment %d, for wald %d and %d", where, text,
				c.sizes.Sizeof(t), c.sizes.Alignof(t), got.Size, got.Alignment)
		}
		if kind := kindName(underlying); kind != got.Kind {
			c.fail("%s: type %s is of kind %s, for wald %s", where, text, kind, got.Kind)
		}
	}
	switch u := underlying.(type) {
	case *types.Pointer:
		c.compareType(where, u.Elem(), all, done)
	case *types.Slice:
		c.compareType(where, u.Elem(), all, done)
	case *types.Array:
		if known && (got.Length != u.Len() || got.Element != c.text(u.Elem())) {
			c.fail("%s: type %s is [%d]%s, for wald [%d]%s", where, text, u.Len(), c.text(u.Elem()),
				got.Length, got.Element)
		}
		c.compareType(where, u.Elem(), all, done)
	case *types.Struct:
		var fields []*types.Var
		var want []field
		for i := range u.NumFields() {
			fields = append(fields, u.Field(i))
		}
		offsets := c.sizes.Offsetsof(fields)
		for i, f := range fields {
			want = append(want, field{f.Name(), c.text(f.Type()), offsets[i], f.Embedded()})
		}
		if fmt.Sprint(want) != fmt.Sprint(got.Fields) {
			c.fail("%s: type %s has the fields %v, for wald %v", where, text, want, got.Fields)
		}
		for _, f := range fields {
			c.compareType(where, f.Type(), all, done)
		}
	}
}

func kindName(t types.Type) string {
	switch t := t.(type) {
	case *types.Basic:
		return basicName(t)
	case *types.Struct:
		return "struct"
	case *types.Array:
		return "array"
	case *types.Pointer:
		return "pointer"
	case *types.Slice:
		return "slice"
	case *types.Map:
		return "map"
	case *types.Chan:
		return "chan"
	case *types.Signature:
		return "func"
	default:
		return "interface"
	}
}

func basicName(t *types.Basic) string {
	if t.Kind() == types.UnsafePointer {
		return "unsafe.Pointer"
	}
	return types.Typ[t.Kind()].Name()
}

// text spells a type as wald does.
func (c *comparison) text(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basicName(t)
	case *types.Named:
		name := t.Obj().Name()
		if p := t.Obj().Pkg(); p != nil {
			path := p.Path()
			if path == c.root {
				path = "main"
			}
			name = path + "." + name
		}
		if arguments := t.TypeArgs(); arguments != nil {
			var texts []string
			for i := range arguments.Len() {
				texts = append(texts, c.text(arguments.At(i)))
			}
			name += "[" + strings.Join(texts, ",") + "]"
		}
		return name
	case *types.Pointer:
		return "*" + c.text(t.Elem())
	case *types.Slice:
		return "[]" + c.text(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), c.text(t.Elem()))
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			f := t.Field(i)
			text := c.text(f.Type())
			if !f.Embedded() {
				text = f.Name() + " " + text
			}
			fields = append(fields, text)
		}
		if len(fields) == 0 {
			return "struct {}"
		}
		return "struct { " + strings.Join(fields, "; ") + " }"
	default:
		return kindName(t)
	}
}

// load type-checks a package without its function bodies; what it imports comes from export data.
func (c *comparison) load(path string) *checked {
	if pkg := c.checked[path]; pkg != nil {
		return pkg
	}
	list := c.packages[path]
	if list == nil {
		check(fmt.Errorf("no package %s", path))
	}
	pkg := &checked{
		listed: *list, fset: token.NewFileSet(),
		info:       &types.Info{Defs: map[*ast.Ident]types.Object{}},
		functions:  map[string]*ast.FuncDecl{},
		directives: map[string]bool{},
	}
	c.checked[path] = pkg
	for _, name := range list.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(list.Dir, name)
		}
		file, err := parser.ParseFile(pkg.fset, name, nil, parser.ParseComments)
		check(err)
		pkg.files = append(pkg.files, file)
		for _, decl := range file.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok {
				pkg.addFunction(function)
			}
		}
	}
	lookup := func(wanted string) (io.ReadCloser, error) {
		if mapped := list.ImportMap[wanted]; mapped != "" {
			wanted = mapped
		}
		if from := c.packages[wanted]; from != nil {
			return os.Open(from.Export)
		}
		return nil, fmt.Errorf("no package %s", wanted)
	}
	config := types.Config{
		IgnoreFuncBodies: true,
		Sizes:            c.sizes,
		Importer:         importer.ForCompiler(pkg.fset, "gc", lookup),
		Error:            func(error) {}, // unused imports, which bodies use
	}
	config.Check(path, pkg.fset, pkg.files, pkg.info)
	return pkg
}

func (pkg *checked) addFunction(function *ast.FuncDecl) {
	name := function.Name.Name
	if function.Recv != nil {
		receiver := function.Recv.List[0].Type
		star, isPointer := receiver.(*ast.StarExpr)
		if isPointer {
			receiver = star.X
		}
		identifier, ok := receiver.(*ast.Ident)
		if !ok {
			return
		}
		if isPointer {
			name = "(*" + identifier.Name + ")." + name
		} else {
			name = identifier.Name + "." + name
		}
	}
	pkg.functions[name] = function
	if function.Doc == nil {
		return
	}
	for _, comment := range function.Doc.List {
		if strings.HasPrefix(comment.Text, "//go:wasmimport ") ||
			strings.HasPrefix(comment.Text, "//go:wasmexport ") {
			pkg.directives[name] = true
		}
	}
}

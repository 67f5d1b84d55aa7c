package main

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
)

const modulePath = "types.test"

// A package of types: its import path is no hint at its name for some.
type typePackage struct {
	path, name string
	scalars    []string // named types with an underlying type that is passed by value
	memory     []string // named types that may lie in memory
	structs    []string // those of them that are structs
	generics   []string // generic structs of one parameter
	pairs      []string // of two
	constants  []string // integers from 0 to 9
}

type generator struct {
	random   *rand.Rand
	packages []*typePackage
	// How the file being written calls each package: "geo." or, by a dot import, "".
	qualifiers map[*typePackage]string
	depth      int
}

func (g *generator) pick(from []string) string { return from[g.random.Intn(len(from))] }
func (g *generator) chance(percent int) bool   { return g.random.Intn(100) < percent }

var (
	passed   = []string{"bool", "int32", "rune", "uint32", "int64", "uint64", "float32", "float64", "uintptr"}
	inMemory = []string{"bool", "int8", "uint8", "byte", "int16", "uint16", "int32", "rune", "uint32", "int64", "uint64", "float32", "float64"}
)

// A package to take something from, and how it is called here.
func (g *generator) anyPackage() (*typePackage, string) {
	for {
		p := g.packages[g.random.Intn(len(g.packages))]
		if qualifier, known := g.qualifiers[p]; known {
			return p, qualifier
		}
	}
}

func (g *generator) value() string {
	switch {
	case g.chance(50):
		return g.pick(passed)
	case g.chance(10):
		return "unsafe.Pointer"
	case g.chance(40):
		p, qualifier := g.anyPackage()
		return qualifier + g.pick(p.scalars)
	default:
		return "*" + g.memory()
	}
}

func (g *generator) length() string {
	p, qualifier := g.anyPackage()
	constant := qualifier + g.pick(p.constants)
	switch g.random.Intn(8) {
	case 0:
		return fmt.Sprint(g.random.Intn(5))
	case 1:
		return constant
	case 2:
		return constant + " + 1"
	case 3:
		return "2 * (" + constant + " & 3)"
	case 4:
		return "1 << (" + constant + " % 3)"
	case 5:
		return `len("ab\x00") - 1`
	case 6:
		return "0x1_0 >> 2"
	default:
		return "int(" + constant + ") | 1"
	}
}

// A type that may lie in memory.
func (g *generator) memory() string {
	g.depth++
	defer func() { g.depth-- }()
	p, qualifier := g.anyPackage()
	choice := g.random.Intn(100)
	switch {
	case g.depth > 3 || choice < 25:
		return g.pick(inMemory)
	case choice < 60:
		return qualifier + g.pick(p.memory)
	case choice < 75:
		return "[" + g.length() + "]" + g.memory()
	case choice < 85:
		return qualifier + g.pick(p.generics) + "[" + g.memory() + "]"
	case choice < 92:
		return qualifier + g.pick(p.pairs) + "[" + g.memory() + ", " + g.memory() + "]"
	case g.depth > 1: // longer names are beyond what wald spells out
		return g.pick(inMemory)
	default:
		return g.structLiteral("")
	}
}

// A struct with the mark somewhere in it.
func (g *generator) structLiteral(parameters string) string {
	if g.chance(5) {
		return "struct{}"
	}
	mark := g.pick([]string{"_ structs.HostLayout", "structs.HostLayout", "mark structs.HostLayout"})
	var fields []string
	for i := range 1 + g.random.Intn(4) {
		field := g.memory()
		if parameters != "" && g.chance(50) {
			field = g.pick(strings.Split(parameters, " "))
			if g.chance(30) {
				field = "[" + g.length() + "]" + field
			}
		}
		switch {
		case g.chance(15):
			field = "_ " + field
		case g.chance(20):
			field = fmt.Sprintf("F%d, G%d %s", i, i, field)
		case g.chance(20):
			field = fmt.Sprintf("F%d %s `tag:\"x;y\"`", i, field)
		default:
			field = fmt.Sprintf("F%d %s", i, field)
		}
		fields = append(fields, field)
	}
	if p, qualifier := g.anyPackage(); len(p.structs) > 0 && g.chance(20) {
		fields = append(fields, qualifier+g.pick(p.structs))
	}
	at := g.random.Intn(len(fields) + 1)
	fields = append(fields[:at], append([]string{mark}, fields[at:]...)...)
	separator := "; "
	if g.chance(30) {
		separator = "\n\t"
	}
	return "struct { " + strings.Join(fields, separator) + separator + "}"
}

// Imports of the given packages in one of the ways to write them; the file's own package needs none.
func (g *generator) imports(own *typePackage, from []*typePackage) string {
	var text strings.Builder
	text.WriteString("import (\n\t\"structs\"\n\t\"unsafe\"\n")
	g.qualifiers = map[*typePackage]string{}
	if own != nil {
		g.qualifiers[own] = ""
	}
	hasDot := own != nil // names of two packages might clash
	for i, p := range from {
		switch {
		case !hasDot && g.chance(30):
			hasDot = true
			fmt.Fprintf(&text, "\t. %q\n", p.path)
			g.qualifiers[p] = ""
		case p.name == "geo" || g.chance(30):
			fmt.Fprintf(&text, "\tother%d %q\n", i, p.path)
			g.qualifiers[p] = fmt.Sprintf("other%d.", i)
		default:
			fmt.Fprintf(&text, "\t%q\n", p.path)
			g.qualifiers[p] = p.name + "."
		}
	}
	text.WriteString(")\n\nvar _ structs.HostLayout\nvar _ unsafe.Pointer\n")
	for p, qualifier := range g.qualifiers {
		if p != own {
			fmt.Fprintf(&text, "var _ %s%s\n", qualifier, p.scalars[0])
		}
	}
	return text.String()
}

func write(dir, name, text string) {
	name = filepath.Join(dir, name)
	check(os.MkdirAll(filepath.Dir(name), 0o777))
	check(os.WriteFile(name, []byte(text), 0o666))
}

// Types of the package, over three files. Each has names of its own, so that any package may be
// imported with a dot.
func (g *generator) writeTypePackage(dir string, index int, path, name string) {
	p := &typePackage{path: modulePath + "/" + path, name: name}
	id := func(kind string, i int) string { return fmt.Sprintf("%s%d_%d", kind, index, i) }
	for i := range 6 {
		p.constants = append(p.constants, id("C", i))
	}
	for i := range 6 {
		p.scalars = append(p.scalars, id("K", i))
	}
	from := append([]*typePackage{}, g.packages...)
	g.packages = append(g.packages, p)
	file := func(body func() string) string {
		imports := g.imports(p, from)
		return "package " + name + "\n\n" + imports + body()
	}
	c := p.constants
	write(dir, path+"/constants.go", "package "+name+"\n\nconst (\n\t"+c[0]+" = iota + 1\n\t"+c[1]+"\n\t"+c[2]+
		" uint8 = ^uint8(0) >> 6\n\t"+c[3]+"\n)\n\nconst "+c[4]+", "+c[5]+" = len(\"four\"), "+
		c[1]+"*"+c[0]+"+'\\x01'\n")
	write(dir, path+"/scalars.go", file(func() string {
		text := "\n"
		for _, scalar := range p.scalars {
			alias := ""
			if g.chance(30) {
				alias = "= "
			}
			text += "type " + scalar + " " + alias + g.pick(passed) + "\n"
		}
		return text
	}))
	p.memory = []string{"byte"}
	write(dir, path+"/memory.go", file(func() string {
		text := "\n"
		p.generics, p.pairs = []string{id("Gen", 0), id("Gen", 1)}, []string{id("Pair", 0)}
		// The first ones are simple, so that the others have something to name.
		text += "type " + id("M", 0) + " int16\n\n"
		p.memory = []string{id("M", 0)}
		text += "type " + p.generics[0] + "[T any] struct { _ structs.HostLayout; V T; N [2]T }\n\n"
		text += "type " + p.generics[1] + "[T any] = " + p.generics[0] + "[[" + c[0] + "]T]\n\n"
		text += "type " + p.pairs[0] + "[T, U any] struct { A T; structs.HostLayout; B U }\n\n"
		if g.chance(50) {
			name := id("Gen", 2)
			text += "type " + name + "[T any] " + g.structLiteral("T") + "\n\n"
			p.generics = append(p.generics, name)
		}
		for i := range 12 {
			name := id("M", i+1)
			definition, isAlias := g.memory(), g.chance(25)
			isStruct := !isAlias && g.chance(80)
			if isStruct {
				definition = g.structLiteral("")
				isStruct = definition != "struct{}"
			}
			if isAlias {
				definition = "= " + definition
			} else if isStruct {
				p.structs = append(p.structs, name)
			}
			text += "type " + name + " " + definition + "\n\n"
			p.memory = append(p.memory, name)
		}
		return text
	}))
}

// A parameter or result list, with names or without.
func (g *generator) list(values []string) string {
	if !g.chance(75) {
		return strings.Join(values, ", ")
	}
	var parts []string
	for i, value := range values {
		name := fmt.Sprintf("p%d", i)
		if g.chance(15) {
			name = "_"
		}
		// Several names for one type.
		if i > 0 && values[i-1] == value && g.chance(60) {
			last := len(parts) - 1
			names, _, _ := strings.Cut(parts[last], " "+value)
			parts[last] = names + ", " + name + " " + value
			continue
		}
		parts = append(parts, name+" "+value)
	}
	separator := ", "
	if len(parts) > 0 && g.chance(15) {
		return "\n\t" + strings.Join(parts, ",\n\t") + ",\n"
	}
	return strings.Join(parts, separator)
}

func (g *generator) function(name string) string {
	isExport := g.chance(50)
	var params []string
	words := 0
	for range g.random.Intn(7) {
		value := g.value()
		if g.chance(10) {
			value = "string"
		}
		if len(params) > 0 && g.chance(25) {
			value = params[len(params)-1]
		}
		words += 2
		if words > 14 {
			break
		}
		params = append(params, value)
	}
	result := ""
	if g.chance(60) {
		result = g.value()
		if g.chance(40) {
			result = "(" + g.pick([]string{"r ", "_ ", ""}) + result + ")"
		}
		result = " " + result
	}
	text := "func " + name + "(" + g.list(params) + ")" + result
	if isExport {
		return "//go:wasmexport " + name + "\n" + text + " { panic(0) }\n\n"
	}
	return "//go:wasmimport env " + name + "\n" + text + "\n\n"
}

// generate writes a program with that many functions.
func generate(dir string, count int, seed int64) {
	g := &generator{random: rand.New(rand.NewSource(seed))}
	write(dir, "go.mod", "module "+modulePath+"\n\ngo 1.24\n")
	for i, p := range [][2]string{{"geo-go", "geo"}, {"inner/geo", "geo"}, {"wide/v2", "wide"},
		{"plain", "plain"}, {"odd.name", "strange"}} {
		g.writeTypePackage(dir, i, p[0], p[1])
	}
	const perFile = 50
	main := "package main\n\nimport (\n"
	for written := 0; written < count; {
		name := fmt.Sprintf("s%d", written/perFile/4)
		main += fmt.Sprintf("\t_ %q\n", modulePath+"/"+name)
		for file := range 4 {
			if written >= count {
				break
			}
			text := "package " + name + "\n\n" + g.imports(nil, g.packages)
			for range min(perFile, count-written) {
				text += g.function(fmt.Sprintf("f%d", written))
				written++
			}
			write(dir, fmt.Sprintf("%s/file%d.go", name, file), text)
		}
	}
	write(dir, "main.go", main+")\n\nfunc main() {}\n")
}

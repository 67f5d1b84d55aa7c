//go:build !quick

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/format"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"strings", "fields, replace, case, index and builder over 16 KiB", stringsOps},
		benchmark{"strconv", "integers and floats to text and back", strconvOps},
		benchmark{"utf8", "runes of a text in several scripts: decode, classify, encode", utf8Ops},
		benchmark{"fmt", "Sprintf and Sscanf", fmtOps},
		benchmark{"levenshtein", "edit distance of two words of 200 letters", levenshtein},
		benchmark{"scan", "lines and words of 64 KiB by bufio.Scanner", scanLines},
		benchmark{"gofmt", "go/format of a source of 200 lines", goFormat},
		benchmark{"tokens", "go/scanner over a source of 400 lines", goTokens},
	)
}

// words makes a text of about so many bytes.
func words(bytes int, random measure.Random) string {
	list := strings.Fields(`the linker finds every function by its number and writes a table so that a
		goroutine which comes back will stand where it stood before Memory grows Pages follow
		x = y + 1; return nil func wasm block loop br_table 42 1066 3.14159`)
	var out strings.Builder
	for out.Len() < bytes {
		out.WriteString(list[random.Below(len(list))])
		switch random.Below(12) {
		case 0:
			out.WriteString(".\n")
		case 1:
			out.WriteString(", ")
		default:
			out.WriteByte(' ')
		}
	}
	return out.String()
}

func stringsOps() func() uint64 {
	text := words(16<<10, 11)
	replacer := strings.NewReplacer("wasm", "WebAssembly", "br_table", "switch", ".\n", "\n")
	return func() uint64 {
		var hash measure.Hash
		fields := strings.Fields(text)
		hash.Add(uint64(len(fields)))
		var builder strings.Builder
		for i, field := range fields {
			if strings.HasPrefix(field, "t") || strings.Contains(field, "or") {
				builder.WriteString(strings.ToUpper(field))
			} else if strings.EqualFold(field, "MEMORY") {
				builder.WriteString(strings.Repeat("m", i%5))
			} else {
				builder.WriteString(strings.TrimRight(field, ".,;"))
			}
			builder.WriteByte('-')
		}
		hash.AddString(replacer.Replace(text)[:64])
		hash.Add(uint64(strings.Count(text, "goroutine") + strings.LastIndex(text, "func")))
		parts := strings.Split(builder.String(), "-")
		hash.AddString(strings.Join(parts[:20], "+"))
		hash.Add(uint64(len(strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, text))))
		return uint64(hash)
	}
}

func strconvOps() func() uint64 {
	random := measure.Random(3)
	var integers []int64
	var floats []float64
	for range 300 {
		integers = append(integers, int64(random.Next())>>(random.Below(60)))
		floats = append(floats, float64(int64(random.Next()))/float64(1+random.Below(1<<30)))
	}
	buffer := make([]byte, 0, 64)
	return func() uint64 {
		var hash measure.Hash
		for i, integer := range integers {
			buffer = strconv.AppendInt(buffer[:0], integer, 10)
			back, err := strconv.ParseInt(string(buffer), 10, 64)
			if err != nil || back != integer {
				return 0
			}
			hash.Add(uint64(back))
			text := strconv.FormatFloat(floats[i], 'g', -1, 64)
			float, err := strconv.ParseFloat(text, 64)
			if err != nil || float != floats[i] {
				return 0
			}
			hash.AddString(text)
			hash.AddString(strconv.Quote(text))
		}
		return uint64(hash)
	}
}

func utf8Ops() func() uint64 {
	text := strings.Repeat("Größe, żółw, Ωμέγα, Привет мир, 你好世界, שלום, 🙂 and plain text 123. ", 60)
	buffer := make([]byte, 0, 2*len(text))
	return func() uint64 {
		var hash measure.Hash
		buffer = buffer[:0]
		letters, digits, spaces := 0, 0, 0
		for _, r := range text {
			switch {
			case unicode.IsLetter(r):
				letters++
				r = unicode.ToUpper(r)
			case unicode.IsDigit(r):
				digits++
			case unicode.IsSpace(r):
				spaces++
			}
			buffer = utf8.AppendRune(buffer, r)
		}
		hash.Add(uint64(utf8.RuneCount(buffer)<<16 + letters + digits*3 + spaces*7))
		hash.AddBytes(buffer)
		for i := len(buffer); i > 0; {
			r, size := utf8.DecodeLastRune(buffer[:i])
			hash.Add(uint64(r))
			i -= size
		}
		return uint64(hash)
	}
}

type point struct {
	X, Y int
	Name string
}

func fmtOps() func() uint64 {
	return func() uint64 {
		var hash measure.Hash
		for i := range 100 {
			text := fmt.Sprintf("%5d|%-8s|%08.3f|%x|%v|%q|%t", i, "name", float64(i)/7, i*i,
				point{i, -i, "p"}, "a\tb", i%2 == 0)
			hash.AddString(text)
			var a, b int
			if n, err := fmt.Sscanf(fmt.Sprint(i, " x ", i*3), "%d x %d", &a, &b); n != 2 || err != nil {
				return 0
			}
			hash.Add(uint64(a*1000 + b))
		}
		return uint64(hash)
	}
}

func levenshtein() func() uint64 {
	random := measure.Random(21)
	a, b := make([]byte, 200), make([]byte, 200)
	for i := range a {
		a[i], b[i] = 'a'+byte(random.Below(6)), 'a'+byte(random.Below(6))
	}
	row := make([]int, len(b)+1)
	return func() uint64 {
		for j := range row {
			row[j] = j
		}
		for i, x := range a {
			diagonal := row[0]
			row[0] = i + 1
			for j, y := range b {
				cost := diagonal
				if x != y {
					cost++
				}
				diagonal = row[j+1]
				row[j+1] = min(cost, row[j]+1, diagonal+1)
			}
		}
		return uint64(row[len(b)])
	}
}

func scanLines() func() uint64 {
	text := words(64<<10, 5)
	return func() uint64 {
		var hash measure.Hash
		lines := bufio.NewScanner(strings.NewReader(text))
		for lines.Scan() {
			hash.Add(uint64(len(lines.Bytes())))
			fields := bufio.NewScanner(bytes.NewReader(lines.Bytes()))
			fields.Split(bufio.ScanWords)
			for fields.Scan() {
				hash.Add(uint64(len(fields.Bytes())))
			}
		}
		return uint64(hash)
	}
}

// goSource is a Go file that gofmt would change.
func goSource(functions int) []byte {
	var out bytes.Buffer
	out.WriteString("package p\nimport (\"fmt\";\"os\")\n")
	for i := range functions {
		fmt.Fprintf(&out, `
// F%[1]d adds.
func F%[1]d(a,b int, list []string) (sum int,err error) {
  for i:=0;i<a;i++ { if i%%3==%[1]d { sum+=b*i; continue }
     switch list[i] { case "x","y": sum++
     default: fmt.Fprintln(os.Stderr, "line", i, map[string]int{"a":1, "long":%[1]d}) } }
  x := struct{a int; bc string}{ %[1]d, "text" } // a comment
  return sum+x.a<<2, nil
}
`, i)
	}
	return out.Bytes()
}

func goFormat() func() uint64 {
	source := goSource(20)
	return func() uint64 {
		formatted, err := format.Source(source)
		if err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(formatted)
		return uint64(hash)
	}
}

func goTokens() func() uint64 {
	source := goSource(40)
	return func() uint64 {
		var hash measure.Hash
		files := token.NewFileSet()
		var tokens scanner.Scanner
		tokens.Init(files.AddFile("p.go", -1, len(source)), source, nil, scanner.ScanComments)
		for {
			position, kind, literal := tokens.Scan()
			if kind == token.EOF {
				return uint64(hash)
			}
			hash.Add(uint64(kind)<<32 + uint64(position)<<8 + uint64(len(literal)))
		}
	}
}

//go:build !quick

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"text/template"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"template", "a report of 60 orders by text/template", renderTemplate},
		benchmark{"json-transform", "a document of 40 KiB: read, filtered, grouped, written", transformJSON},
	)
}

const report = `{{define "money"}}{{printf "%.2f €" .}}{{end -}}
# Orders
{{range $i, $o := .Orders}}{{if $i}}
---
{{end}}
## {{$o.ID | printf "%05d"}}: {{$o.Customer | title}}{{if $o.Express}} (express){{end}}
{{range .Items -}}
* {{printf "%-10s" .Name | upper}} {{.Count}} × {{template "money" .Price}}{{if gt .Count 5}} in bulk{{end}}
{{else}}nothing
{{end -}}
{{with .Labels}}{{range $key, $value := .}}[{{$key}}={{$value | js}}]{{end}}{{end}}
{{range .Notes}}> {{. | html}}
{{end}}Total: {{template "money" .Total}}{{if and $o.Express (gt .Total 100.0)}} free of charge{{end}}
{{end}}`

func renderTemplate() func() uint64 {
	list := orders(60)
	functions := template.FuncMap{"upper": strings.ToUpper, "title": func(s string) string {
		if s == "" {
			return s
		}
		return strings.ToUpper(s[:1]) + s[1:]
	}}
	return func() uint64 {
		// As a program does that starts for one report: parsing is a part of it.
		parsed, err := template.New("report").Funcs(functions).Parse(report)
		if err != nil {
			return 0
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, map[string]any{"Orders": list}); err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(out.Bytes())
		return uint64(hash)
	}
}

func transformJSON() func() uint64 {
	input, _ := json.Marshal(orders(120))
	return func() uint64 {
		var document []map[string]any
		decoder := json.NewDecoder(bytes.NewReader(input))
		decoder.UseNumber()
		if err := decoder.Decode(&document); err != nil {
			return 0
		}
		type group struct {
			Name   string           `json:"name"`
			Total  string           `json:"total"`
			Orders []map[string]any `json:"orders"`
			sum    float64
		}
		groups := map[string]*group{}
		for _, o := range document {
			items := o["items"].([]any)
			if len(items) < 2 {
				continue
			}
			delete(o, "notes")
			for _, i := range items {
				entry := i.(map[string]any)
				entry["name"] = strings.TrimSpace(strings.ToLower(entry["name"].(string)))
			}
			name, _, _ := strings.Cut(o["customer"].(string), " ")
			g := groups[name]
			if g == nil {
				g = &group{Name: name}
				groups[name] = g
			}
			total, err := o["total"].(json.Number).Float64()
			if err != nil {
				return 0
			}
			g.sum += total
			g.Total = fmt.Sprintf("%.2f", g.sum)
			g.Orders = append(g.Orders, o)
		}
		var sorted []*group
		for _, g := range groups {
			sorted = append(sorted, g)
		}
		sort.Slice(sorted, func(i, j int) bool { return sorted[i].Name < sorted[j].Name })
		output, err := json.MarshalIndent(sorted, "", "  ")
		if err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(output)
		return uint64(hash)
	}
}

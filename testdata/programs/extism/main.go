// An Extism plug-in: exports that use the host functions of github.com/extism/go-pdk.
package main

import (
	"strings"

	pdk "github.com/extism/go-pdk"
)

var version = "dev"

type request struct {
	Text string `json:"text"`
}

type report struct {
	Vowels int    `json:"vowels"`
	Total  int    `json:"total"`
	By     string `json:"by"`
}

//go:wasmexport count_vowels
func countVowels() int32 {
	var in request
	if err := pdk.InputJSON(&in); err != nil {
		pdk.SetError(err)
		return 1
	}
	r := report{By: version, Total: pdk.GetVarInt("total")}
	for _, c := range strings.ToLower(in.Text) {
		if strings.ContainsRune("aeiou", c) {
			r.Vowels++
		}
	}
	r.Total += r.Vowels
	pdk.SetVarInt("total", r.Total)
	if err := pdk.OutputJSON(r); err != nil {
		pdk.SetError(err)
		return 1
	}
	return 0
}

//go:wasmexport fetch
func fetch() int32 {
	url, ok := pdk.GetConfig("url")
	if !ok {
		pdk.Log(pdk.LogError, "no url")
		return 1
	}
	response := pdk.NewHTTPRequest(pdk.MethodGet, url).SetHeader("from", "plug-in").Send()
	pdk.OutputMemory(response.Memory())
	return int32(response.Status())
}

//go:wasmexport shout
func shout(offset uint64) uint64 { return pdk.ResultString(strings.ToUpper(pdk.ParamString(offset))) }

func main() { countVowels() }

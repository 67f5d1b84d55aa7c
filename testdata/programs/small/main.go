// A program of middle size: reflection, regular expressions, templates, time zones, goroutines,
// embedded files and generics, without the network.
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"
)

var version = "dev"

//go:embed greeting.txt
var greeting string

type item struct {
	Name  string    `json:"name"`
	Price float64   `json:"price,omitempty"`
	Since time.Time `json:"since"`
}

func (i item) Upper() string { return strings.ToUpper(i.Name) }

type pair[K comparable, V any] struct {
	key   K
	value V
}

func sortedPairs[V any](m map[string]V) []pair[string, V] {
	var pairs []pair[string, V]
	for k, v := range m {
		pairs = append(pairs, pair[string, V]{k, v})
	}
	slices.SortFunc(pairs, func(a, b pair[string, V]) int { return strings.Compare(a.key, b.key) })
	return pairs
}

func total(workers int) int {
	var wait sync.WaitGroup
	results := make(chan int, workers)
	for i := range workers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			runtime.Gosched()
			results <- i * i
		}()
	}
	wait.Wait()
	close(results)
	sum := 0
	for r := range results {
		sum += r
	}
	return sum
}

func recovered() (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	var list []int
	return fmt.Sprint(list[len(os.Args)+5])
}

func main() {
	fmt.Print(greeting)
	items := []item{{"bread", 2.5, time.Unix(0, 0).UTC()}, {Name: "air"}}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
	var back []item
	if err := json.Unmarshal(text, &back); err != nil {
		panic(err)
	}
	template.Must(template.New("t").Parse("{{range .}}{{.Upper}} {{printf \"%.2f\" .Price}};{{end}}\n")).Execute(os.Stdout, back)
	fmt.Println(regexp.MustCompile(`a(.)c`).FindAllStringSubmatch("abc axc", -1))
	fmt.Println(sortedPairs(map[string]int{"z": 1, "a": 2}))
	fmt.Println(new(big.Int).Exp(big.NewInt(7), big.NewInt(77), nil))
	fmt.Println(total(10), recovered())
	fmt.Println(version, runtime.GOARCH, len(os.Args))
}

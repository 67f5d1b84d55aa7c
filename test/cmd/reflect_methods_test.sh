#!/bin/bash
# --reflect-methods: what reflection may call, what it finds of the rest, and what a call of that says.
# usage: reflect_methods_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

cat >main.go <<'END_GO'
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"text/template"
)

type Shown struct{ n int }

func (s Shown) Kept() string              { return fmt.Sprint("kept ", s.n) }
func (s Shown) Gone(more int) string      { return fmt.Sprint("gone ", s.n+more) }
func (s *Shown) Pointed() (int, error)    { return s.n, nil }
func (s Shown) Called() string            { return "called" }
func (s Shown) hidden()                   {}
func (s Shown) Takes(other Other) []Other { return []Other{other} }

type Other struct{}

func (Other) Kept() string { return "the other's" }

type Caller interface{ Called() string }
type Nobody interface {
	Gone(int) string
	Kept() string
}

func try(what string, f func()) {
	defer func() {
		if text := recover(); text != nil {
			fmt.Println(what, "panics:", text)
		}
	}()
	f()
}

// A name that the compiler does not know: methods with constant names stay.
var gone = strings.Repeat("G", 1) + "one"

func main() {
	for _, value := range []any{Shown{5}, &Shown{6}, Other{}} {
		t := reflect.TypeOf(value)
		fmt.Println(t, t.NumMethod(), t.Implements(reflect.TypeFor[Nobody]()))
		for i := range t.NumMethod() {
			method := t.Method(i)
			fmt.Println(" ", method.Name, method.Type)
			arguments := []reflect.Value{reflect.ValueOf(value)}
			for j := 1; j < method.Type.NumIn(); j++ {
				arguments = append(arguments, reflect.Zero(method.Type.In(j)))
			}
			try("  call", func() { fmt.Println("   ", method.Func.Call(arguments)) })
			try("  value", func() { fmt.Println("   ", reflect.ValueOf(value).Method(i).Call(arguments[1:])) })
		}
	}
	fmt.Println(Caller.Called(any(Shown{1}).(Caller)))
	var nobody Nobody = Shown{7}
	try("through an interface's value", func() {
		fmt.Println(reflect.ValueOf(&nobody).Elem().Method(0).Call([]reflect.Value{reflect.ValueOf(1)}))
	})
	try("as a function", func() {
		f := reflect.ValueOf(Shown{8}).MethodByName(gone).Interface().(func(int) string)
		runtime.GC()
		fmt.Println(f(2))
	})
	var out strings.Builder
	err := template.Must(template.New("t").Parse("{{.Kept}} {{.Gone 3}}")).Execute(&out, Shown{9})
	fmt.Println(out.String(), err)
	if len(os.Args) > 1 {
		reflect.ValueOf(Shown{1}).MethodByName(gone).Call([]reflect.Value{reflect.ValueOf(1)})
	}
}
END_GO

# run [ARGUMENT]: of out.wasm
run() { "$wald" run out.wasm "$@" 2>&1; }
gone='reflect: method Gone is not in the program: --reflect-methods does not name it'

for version in 1.24.13 1.25.12 1.26.8 1.27.4; do
  export GOTOOLCHAIN=go$version
  expect 0 "" "$wald" build -o out.wasm main.go
  run >all || fail "$version: the program as it is"
  all=$(stat -c %s out.wasm)

  # All by patterns: nothing changes.
  expect 0 "" "$wald" build -o out.wasm --reflect-methods='*' main.go
  run | cmp - all || fail "$version: with *"

  # What is left out panics with its name, and the rest is as it was: types, too.
  for more in "" --optimize; do
    expect 0 "" "$wald" build -o out.wasm $more --reflect-methods='Kept,Called,Take?' main.go
    run >some || fail "$version $more: exit status $?"
    [ "$(grep -c "panics: $gone" some)" -eq 6 ] || fail "$version $more: calls of Gone: $(cat some)"
    grep -q "panics: reflect: method Pointed is not in the program" some || fail "$version: Pointed"
    grep -q "kept 9 .*error calling Gone: $gone" some || fail "$version $more: in a template: $(cat some)"
    diff <(grep -v -e panics -e Gone -e gone -e '\[6 <nil>\]' -e '\[<int' all) \
      <(grep -v -e panics -e Gone -e '\[6 <nil>\]' -e '\[<int' some) || fail "$version $more: other output"
    run fatal >fatal
    [ $? -eq 2 ] || fail "$version $more: the exit status of a panic"
    grep -q "^panic: $gone" fatal || fail "$version $more: $(cat fatal)"
    grep -q 'reflect.methodLeftOut.Gone' fatal || fail "$version $more: not in the traceback"
    grep -q 'main.main()' fatal || fail "$version $more: no caller in the traceback"
  done
  [ "$(stat -c %s out.wasm)" -lt "$all" ] || fail "$version: not smaller"
  expect 0 "" "$wald" build -o out.wasm --reflect-methods='main.Other.Kept' main.go
  run | grep -q "the other's" || fail "$version: a method of one type"
  run | grep -q "method Kept is not in the program" || fail "$version: the same method of another"
  "$wald" dump --go out.wasm >/dev/null || fail "$version: the tables"
done
expect 2 '--verify compares with the Go linker, which has no --reflect-methods' "$wald" build --verify --reflect-methods=x main.go

[ "$failures" -eq 0 ] && echo "reflect_methods_test: passed" || echo "reflect_methods_test: $failures failures"
[ "$failures" -eq 0 ]

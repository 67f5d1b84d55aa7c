// A program over some 200 packages of the standard library: what a large Go program looks like to
// the linker. Each part does a little real work, so that its output can be checked, and keeps much
// of its package alive.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/lzw"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"encoding/ascii85"
	"encoding/asn1"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"expvar"
	"flag"
	"fmt"
	"go/ast"
	"go/constant"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"html/template"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"index/suffixarray"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"math/big"
	"math/cmplx"
	mathrand "math/rand/v2"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/mail"
	"net/netip"
	"net/rpc"
	"net/smtp"
	"net/textproto"
	"os"
	"os/exec"
	"os/signal"
	"reflect"
	"regexp"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strings"
	"testing/fstest"
	"text/scanner"
	"text/tabwriter"
	texttemplate "text/template"
	"time"
	_ "time/tzdata"
	"unique"
)

var version = "dev"

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
	}
}

func main() {
	parts := []struct {
		name string
		run  func() any
	}{
		{"archives", archives}, {"compression", compression}, {"crypto", cryptography},
		{"database", database}, {"encodings", encodings}, {"source", goSource},
		{"images", images}, {"web", web}, {"numbers", numbers}, {"texts", texts}, {"system", system},
	}
	only := flag.String("only", "", "run one part")
	flag.Parse()
	fmt.Println("version", version)
	for _, part := range parts {
		if *only == "" || *only == part.name {
			fmt.Println(part.name, part.run())
		}
	}
}

func archives() any {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	w, err := zw.Create("a/b.txt")
	check(err)
	io.WriteString(w, "inside a zip")
	check(zw.Close())
	zr, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	check(err)
	var tb bytes.Buffer
	tw := tar.NewWriter(&tb)
	check(tw.AddFS(fstest.MapFS{"x": {Data: []byte("y")}}))
	check(tw.Close())
	text, err := fs.ReadFile(zr, "a/b.txt")
	check(err)
	return fmt.Sprint(string(text), " ", tb.Len())
}

func compression() any {
	text := []byte(strings.Repeat("wald ", 100))
	sizes := []int{}
	for _, open := range []func(io.Writer) io.WriteCloser{
		func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		func(w io.Writer) io.WriteCloser { return lzw.NewWriter(w, lzw.LSB, 8) },
		func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 9); return f },
	} {
		var buf bytes.Buffer
		w := open(&buf)
		w.Write(text)
		check(w.Close())
		sizes = append(sizes, min(buf.Len(), 1000)/1000)
	}
	return sizes
}

func cryptography() any {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	message := []byte("message")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	sum := sha256.Sum256(message)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	check(err)
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: x509.NewCertPool()}
	return fmt.Sprint(ecdsa.VerifyASN1(&key.PublicKey, sum[:], signature),
		ed25519.Verify(private.Public().(ed25519.PublicKey), message, ed25519.Sign(private, message)),
		config.MinVersion, " ", hex.EncodeToString(sum[:4]))
}

type fakeDriver struct{}

func (fakeDriver) Open(name string) (driver.Conn, error) { return nil, errors.New("no " + name) }

func database() any {
	sql.Register("fake", fakeDriver{})
	db, err := sql.Open("fake", "base")
	check(err)
	return db.Ping()
}

type record struct {
	XMLName xml.Name `xml:"record" json:"-"`
	Name    string   `xml:"name,attr" json:"name"`
	Values  []int    `xml:"value" json:"values"`
}

func encodings() any {
	r := record{Name: "n", Values: []int{1, 2}}
	j, err := json.Marshal(r)
	check(err)
	x, err := xml.Marshal(r)
	check(err)
	var g bytes.Buffer
	check(gob.NewEncoder(&g).Encode(r))
	var back record
	check(gob.NewDecoder(&g).Decode(&back))
	rows, err := csv.NewReader(strings.NewReader("a,b\nc,d\n")).ReadAll()
	check(err)
	der, err := asn1.Marshal(struct{ A int }{5})
	check(err)
	block := pem.EncodeToMemory(&pem.Block{Type: "T", Bytes: der})
	a85 := make([]byte, ascii85.MaxEncodedLen(len(der)))
	ascii85.Encode(a85, der)
	return fmt.Sprint(string(j), string(x), back.Values, rows, len(block), base64.StdEncoding.EncodeToString(der),
		base32.StdEncoding.EncodeToString(der), binary.BigEndian.Uint16(der))
}

func goSource() any {
	set := token.NewFileSet()
	source := "package p; const C = 3 * 4; func F[T any](x T) []T { return []T{x} }"
	file, err := parser.ParseFile(set, "p.go", source, parser.ParseComments)
	check(err)
	config := types.Config{Importer: importer.Default()}
	pkg, err := config.Check("p", set, []*ast.File{file}, nil)
	check(err)
	c := pkg.Scope().Lookup("C").(*types.Const)
	formatted, err := format.Source([]byte(source))
	check(err)
	return fmt.Sprint(constant.ToInt(c.Val()), pkg.Scope().Lookup("F").Type(), len(formatted))
}

func images() any {
	picture := image.NewPaletted(image.Rect(0, 0, 8, 8), palette.Plan9)
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	var p, g, j bytes.Buffer
	check(png.Encode(&p, picture))
	check(gif.Encode(&g, picture, nil))
	check(jpeg.Encode(&j, picture, nil))
	_, kind, err := image.Decode(&p)
	check(err)
	return kind
}

func web() any {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		template.Must(template.New("t").Parse("<p>{{.}}</p>")).Execute(w, r.PathValue("name"))
	})
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, httptest.NewRequest("GET", "/<b>", nil))
	jar, err := cookiejar.New(nil)
	check(err)
	client := http.Client{Jar: jar, Timeout: time.Second}
	_ = client
	_, err = httputil.DumpResponse(recorder.Result(), true)
	check(err)
	address, err := mail.ParseAddress("A <a@example.com>")
	check(err)
	check(rpc.NewServer().Register(new(Calls)))
	auth := smtp.PlainAuth("", "u", "p", "h")
	return fmt.Sprint(recorder.Body, address.Address, netip.MustParseAddr("10.0.0.1").Next(), auth != nil,
		textproto.CanonicalMIMEHeaderKey("a-b"), expvar.NewInt("count"))
}

// Calls has one method for net/rpc.
type Calls struct{}

// Double is found by reflection only.
func (*Calls) Double(in int, out *int) error { *out = 2 * in; return nil }

func numbers() any {
	n := new(big.Int).Exp(big.NewInt(3), big.NewInt(100), big.NewInt(1000007))
	random := mathrand.New(mathrand.NewPCG(1, 2))
	return fmt.Sprint(n, cmplx.Abs(3+4i), random.IntN(1000))
}

func texts() any {
	var out strings.Builder
	tw := tabwriter.NewWriter(&out, 0, 8, 1, ' ', 0)
	fmt.Fprintln(tw, "a\tb")
	tw.Flush()
	check(texttemplate.Must(texttemplate.New("t").Parse("{{range .}}[{{.}}]{{end}}")).Execute(&out, []int{1, 2}))
	var s scanner.Scanner
	s.Init(strings.NewReader("x := 1"))
	index := suffixarray.New([]byte("banana"))
	found := index.Lookup([]byte("an"), -1)
	slices.Sort(found)
	qp := quotedprintable.NewWriter(&out)
	qp.Write([]byte("é"))
	qp.Close()
	form := multipart.NewWriter(io.Discard)
	check(form.Close())
	keys := slices.Sorted(maps.Keys(map[string]int{"k": 1, "j": 2}))
	return fmt.Sprintf("%q %v %v %v %v", out.String(), s.Scan(), found, keys,
		regexp.MustCompile(`(\w+)@(\w+)`).ReplaceAllString("me@home", "$2 at $1"))
}

func system() any {
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	logger.Info("quiet")
	_, err := exec.LookPath("no-such-program")
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	signal.Stop(signals)
	debug.SetGCPercent(100)
	zone, zoneErr := time.LoadLocation("Europe/Vienna")
	check(zoneErr)
	return fmt.Sprint(err != nil, time.Unix(0, 0).In(zone).Format(time.RFC3339), pprof.Lookup("heap") != nil,
		trace.IsEnabled(), reflect.TypeOf(logger).Elem().Name(), unique.Make("u").Value())
}

//go:build !quick

package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash/adler32"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"

	"example.com/codebench/measure"
)

func init() {
	add(
		benchmark{"json-decode", "encoding/json into structs, 12 KiB", jsonDecode},
		benchmark{"json-encode", "encoding/json of structs, 12 KiB", jsonEncode},
		benchmark{"regexp", "matches, submatches and a replacement in 8 KiB", regexpOps},
		benchmark{"deflate", "flate of 32 KiB, level 6", deflate},
		benchmark{"inflate", "gzip's reader, 64 KiB of output", inflate},
		benchmark{"png", "encode and decode 64×64 pixels", pngOps},
		benchmark{"sha256", "16 KiB", sha},
		benchmark{"aes-gcm", "seal and open 8 KiB", aesGCM},
		benchmark{"ed25519", "sign and verify", signVerify},
		benchmark{"checksums", "crc32 and adler32 of 64 KiB", checksums},
		benchmark{"base64", "base64 and hex of 16 KiB and back", baseEncodings},
	)
}

type order struct {
	ID       int               `json:"id"`
	Customer string            `json:"customer"`
	Express  bool              `json:"express,omitempty"`
	Total    float64           `json:"total"`
	Notes    []string          `json:"notes"`
	Items    []item            `json:"items"`
	Labels   map[string]string `json:"labels"`
}

type item struct {
	Name  string  `json:"name"`
	Count int     `json:"count"`
	Price float64 `json:"price"`
}

func orders(count int) []order {
	random := measure.Random(17)
	var list []order
	for i := range count {
		o := order{ID: i, Customer: words(12, measure.Random(i+1)), Express: i%3 == 0,
			Notes:  []string{words(20, measure.Random(i+2)), "ünï \"quoted\"\n"},
			Labels: map[string]string{"shelf": words(5, measure.Random(i+3)), "zone": "7"}}
		for range 1 + random.Below(4) {
			bought := item{words(8, random), 1 + random.Below(9), float64(random.Below(10_000)) / 100}
			random.Next()
			o.Items = append(o.Items, bought)
			o.Total += float64(bought.Count) * bought.Price
		}
		o.Total = math.Round(o.Total*100) / 100
		list = append(list, o)
	}
	return list
}

func jsonDecode() func() uint64 {
	text, _ := json.Marshal(orders(35))
	return func() uint64 {
		var list []order
		if err := json.Unmarshal(text, &list); err != nil {
			return 0
		}
		var hash measure.Hash
		for _, o := range list {
			hash.Add(math.Float64bits(o.Total) + uint64(o.ID))
			hash.AddString(o.Customer + o.Labels["shelf"])
		}
		return uint64(hash)
	}
}

func jsonEncode() func() uint64 {
	list := orders(35)
	return func() uint64 {
		text, err := json.Marshal(list)
		if err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(text)
		return uint64(hash)
	}
}

func regexpOps() func() uint64 {
	text := words(8<<10, 31)
	sentence := regexp.MustCompile(`(?i)\b(the|every)\s+(\w+)\s+(?:and|or|by|will)\b`)
	number := regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	anchored := regexp.MustCompile(`^(\w+[ ,.\n]*)+$`)
	return func() uint64 {
		var hash measure.Hash
		for _, match := range sentence.FindAllStringSubmatchIndex(text, -1) {
			hash.Add(uint64(match[0])<<32 + uint64(match[4]))
		}
		hash.AddString(number.ReplaceAllString(text, "<$0>")[:100])
		if anchored.MatchString(text[:200]) {
			hash.Add(1)
		}
		return uint64(hash)
	}
}

func deflate() func() uint64 {
	text := []byte(words(32<<10, 41))
	var out bytes.Buffer
	writer, _ := flate.NewWriter(&out, 6)
	return func() uint64 {
		out.Reset()
		writer.Reset(&out)
		writer.Write(text)
		writer.Close()
		var hash measure.Hash
		hash.AddBytes(out.Bytes())
		return uint64(hash)
	}
}

func inflate() func() uint64 {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	io.WriteString(writer, words(64<<10, 43))
	writer.Close()
	out := make([]byte, 0, 80<<10)
	return func() uint64 {
		reader, err := gzip.NewReader(bytes.NewReader(packed.Bytes()))
		if err != nil {
			return 0
		}
		buffer := bytes.NewBuffer(out[:0])
		if _, err := io.Copy(buffer, reader); err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(buffer.Bytes()[:4096])
		hash.Add(uint64(buffer.Len()))
		return uint64(hash)
	}
}

func pngOps() func() uint64 {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			picture.Set(x, y, color.RGBA{uint8(x * 4), uint8(y * 4), uint8(x * y / 16), 255})
		}
	}
	return func() uint64 {
		var file bytes.Buffer
		if err := png.Encode(&file, picture); err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(file.Bytes())
		decoded, err := png.Decode(&file)
		if err != nil {
			return 0
		}
		for i := range 64 {
			r, g, b, _ := decoded.At(i, 63-i).RGBA()
			hash.Add(uint64(r)<<32 + uint64(g)<<16 + uint64(b))
		}
		return uint64(hash)
	}
}

func sha() func() uint64 {
	input := []byte(words(16<<10, 51))
	return func() uint64 {
		sum := sha256.Sum256(input)
		var hash measure.Hash
		hash.AddBytes(sum[:])
		return uint64(hash)
	}
}

func aesGCM() func() uint64 {
	text := []byte(words(8<<10, 53))
	block, _ := aes.NewCipher([]byte("0123456789abcdef"))
	aead, _ := cipher.NewGCM(block)
	nonce := make([]byte, aead.NonceSize())
	sealed, opened := make([]byte, 0, len(text)+16), make([]byte, 0, len(text))
	return func() uint64 {
		sealed = aead.Seal(sealed[:0], nonce, text, nil)
		var err error
		if opened, err = aead.Open(opened[:0], nonce, sealed, nil); err != nil {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(sealed[len(sealed)-64:])
		hash.AddBytes(opened[:64])
		return uint64(hash)
	}
}

func signVerify() func() uint64 {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	message := []byte(words(200, 55))
	return func() uint64 {
		signature := ed25519.Sign(key, message)
		if !ed25519.Verify(key.Public().(ed25519.PublicKey), message, signature) {
			return 0
		}
		var hash measure.Hash
		hash.AddBytes(signature)
		return uint64(hash)
	}
}

func checksums() func() uint64 {
	input := []byte(words(64<<10, 57))
	// Koopman's polynomial has no assembly in native Go either.
	table := crc32.MakeTable(crc32.Koopman)
	return func() uint64 {
		return uint64(crc32.Checksum(input, table))<<32 | uint64(adler32.Checksum(input))
	}
}

func baseEncodings() func() uint64 {
	input := []byte(words(16<<10, 59))
	return func() uint64 {
		var hash measure.Hash
		text := base64.StdEncoding.EncodeToString(input)
		back, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return 0
		}
		digits := hex.EncodeToString(back)
		again, err := hex.DecodeString(digits)
		if err != nil {
			return 0
		}
		hash.AddString(text[len(text)-100:] + digits[len(digits)-100:])
		hash.AddBytes(again[:200])
		return uint64(hash)
	}
}

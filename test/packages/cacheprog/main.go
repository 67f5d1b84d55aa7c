// A GOCACHEPROG that keeps what the go command gives it in a folder, as a team's shared cache would. For
// tests: one request after the other, and no word about what fails.
//
// usage: cacheprog FOLDER
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

func main() {
	folder, err := filepath.Abs(os.Args[1])
	check(err)
	check(os.MkdirAll(folder, 0o755))
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	check(out.Encode(response{KnownCommands: []string{"get", "put", "close"}}))
	for {
		var asked request
		if in.Decode(&asked) != nil {
			return
		}
		answer := response{ID: asked.ID}
		action := filepath.Join(folder, hex.EncodeToString(asked.ActionID)+".action")
		switch asked.Command {
		case "get":
			id, err := os.ReadFile(action)
			body := filepath.Join(folder, hex.EncodeToString(id))
			info, statErr := os.Stat(body)
			if err != nil || statErr != nil {
				answer.Miss = true
				break
			}
			modified := info.ModTime()
			answer.OutputID, answer.Size, answer.Time, answer.DiskPath = id, info.Size(), &modified, body
		case "put":
			var data []byte
			if asked.BodySize > 0 {
				check(in.Decode(&data))
			}
			answer.DiskPath = filepath.Join(folder, hex.EncodeToString(asked.OutputID))
			check(os.WriteFile(answer.DiskPath, data, 0o644))
			check(os.WriteFile(action, asked.OutputID, 0o644))
		case "close":
			check(out.Encode(answer))
			return
		}
		check(out.Encode(answer))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Does with golang.org/x/mod/sumdb what a test asks for on standard input, and answers on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type order struct {
	// A tree of the entries "0" to "size-1".
	Size    int64
	Indexes []int64
	Firsts  []int64
	// Tiles that somebody else made of the same tree, by level/index.
	Tiles map[string][]byte
	Root  []byte
	// A note of somebody else's, and the key it should be signed with.
	Note     string
	Verifier string
	// A text to be signed.
	Text   string
	Signer string
}

type answer struct {
	Root        []byte
	Tiles       map[string][]byte
	Inclusion   [][][]byte
	Consistency [][][]byte
	// The same proofs, made from the tiles of the order.
	InclusionOfTheirs   [][][]byte
	ConsistencyOfTheirs [][][]byte
	Opened              string
	Signed              string
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range indexes {
		hashes = append(hashes, m[i])
	}
	return hashes, nil
}

type theirs map[string][]byte

func (t theirs) Height() int { return height }

func (t theirs) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		bytes := t[key(tile)]
		if len(bytes) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %v has %d bytes", tile, len(bytes))
		}
		all = append(all, bytes[:tile.W*tlog.HashSize])
	}
	return all, nil
}

func (t theirs) SaveTiles([]tlog.Tile, [][]byte) {}

func key(tile tlog.Tile) string { return fmt.Sprintf("%d/%d", tile.L, tile.N) }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(hashes []tlog.Hash) [][]byte {
	all := [][]byte{}
	for i := range hashes {
		all = append(all, hashes[i][:])
	}
	return all
}

func proofs(o order, reader tlog.HashReader) (inclusion, consistency [][][]byte) {
	root, err := tlog.TreeHash(o.Size, reader)
	check(err)
	for _, index := range o.Indexes {
		proof, err := tlog.ProveRecord(o.Size, index, reader)
		check(err)
		leaf := tlog.RecordHash([]byte(fmt.Sprint(index)))
		check(tlog.CheckRecord(proof, o.Size, root, index, leaf))
		inclusion = append(inclusion, list(proof))
	}
	for _, first := range o.Firsts {
		proof, err := tlog.ProveTree(o.Size, first, reader)
		check(err)
		consistency = append(consistency, list(proof))
	}
	return inclusion, consistency
}

func main() {
	var o order
	check(json.NewDecoder(os.Stdin).Decode(&o))
	var a answer
	var tree memory
	for i := int64(0); i < o.Size; i++ {
		hashes, err := tlog.StoredHashes(i, []byte(fmt.Sprint(i)), tree)
		check(err)
		tree = append(tree, hashes...)
	}
	if o.Size > 0 {
		root, err := tlog.TreeHash(o.Size, tree)
		check(err)
		a.Root = root[:]
		a.Tiles = map[string][]byte{}
		for _, tile := range tlog.NewTiles(height, 0, o.Size) {
			bytes, err := tlog.ReadTileData(tile, tree)
			check(err)
			a.Tiles[key(tile)] = bytes
		}
		a.Inclusion, a.Consistency = proofs(o, tree)
		var said tlog.Hash
		copy(said[:], o.Root)
		a.InclusionOfTheirs, a.ConsistencyOfTheirs = proofs(o, tlog.TileHashReader(tlog.Tree{N: o.Size, Hash: said}, theirs(o.Tiles)))
	}
	if o.Note != "" {
		verifier, err := note.NewVerifier(o.Verifier)
		check(err)
		opened, err := note.Open([]byte(o.Note), note.VerifierList(verifier))
		check(err)
		a.Opened = opened.Text
	}
	if o.Text != "" {
		signer, err := note.NewSigner(strings.TrimSpace(o.Signer))
		check(err)
		signed, err := note.Sign(&note.Note{Text: o.Text}, signer)
		check(err)
		a.Signed = string(signed)
	}
	check(json.NewEncoder(os.Stdout).Encode(a))
}

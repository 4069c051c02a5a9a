package output

import (
	"strings"
	"unicode/utf8"
)

// perLine is what a line costs beside its bytes, so that a flood of empty ones
// is bounded too.
const perLine = 16

// A keeper holds the first and the last lines of a stream, half of its limit
// each; what is between them is left out.
type keeper struct {
	limit    int
	head     []string
	headSize int
	headFull bool
	tail     []string // from tail[dropped] on
	dropped  int
	tailSize int
	cut      bool
}

func (k *keeper) add(line string) {
	cost := len(line) + perLine
	if !k.headFull && k.headSize+cost <= k.limit/2 {
		k.head = append(k.head, line)
		k.headSize += cost
		return
	}
	k.headFull = true
	k.tail = append(k.tail, line)
	k.tailSize += cost
	for k.tailSize > k.limit-k.limit/2 && k.dropped < len(k.tail)-1 {
		k.tailSize -= len(k.tail[k.dropped]) + perLine
		k.tail[k.dropped] = ""
		k.dropped++
		k.cut = true
	}
	if k.dropped > 64 && k.dropped > len(k.tail)/2 {
		k.tail = append(k.tail[:0], k.tail[k.dropped:]...)
		clear(k.tail[len(k.tail):cap(k.tail)])
		k.dropped = 0
	}
	k.shorten()
}

// shorten cuts a line that is alone and still too long to its end.
func (k *keeper) shorten() {
	if k.tailSize <= k.limit-k.limit/2 {
		return
	}
	k.cut = true
	last := &k.tail[len(k.tail)-1]
	line := *last
	from := max(0, len(line)-max(0, k.limit-k.limit/2-perLine))
	for from < len(line) && !utf8.RuneStart(line[from]) {
		from++
	}
	if from == len(line) {
		*last, k.dropped, k.tailSize = "", len(k.tail), 0
		return
	}
	*last = strings.Clone(line[from:]) // not a part of the long one
	k.tailSize = len(*last) + perLine
}

func (k *keeper) lines() []string {
	if k.dropped == len(k.tail) {
		return k.head
	}
	return append(k.head, k.tail[k.dropped:]...)
}

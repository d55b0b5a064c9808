// Shows what it was given: arguments, an environment variable, input, files, time. Ends with 1 when an argument says "fail".
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	failed := 0
	fmt.Print("args:")
	for _, arg := range os.Args[1:] {
		fmt.Printf(" [%s]", arg)
		if arg == "fail" {
			failed = 1
		}
	}
	greeting, found := os.LookupEnv("GREETING")
	if !found {
		greeting = "none"
	}
	fmt.Printf("\nenv: %s\n", greeting)

	// Read in a goroutine of its own, as programs in Go do.
	type total struct{ bytes, sum int }
	totals := make(chan total)
	go func() {
		var t total
		in := bufio.NewReader(os.Stdin)
		for {
			c, err := in.ReadByte()
			if err == io.EOF {
				break
			}
			t.bytes++
			t.sum = (t.sum*31 + int(c)) % 1000003
		}
		totals <- t
	}()
	t := <-totals
	fmt.Printf("input: %d bytes, %d\n", t.bytes, t.sum)

	content, err := os.ReadFile("/in.txt")
	check(err)
	check(os.WriteFile("/out.txt", content, 0o600))
	copied, err := os.ReadFile("/out.txt")
	check(err)
	fmt.Printf("file: %s", copied)
	check(os.Remove("/out.txt"))

	before := time.Now()
	time.Sleep(5 * time.Millisecond)
	waited := "no"
	if time.Since(before) >= 4*time.Millisecond {
		waited = "yes"
	}
	fmt.Printf("waited: %s\n", waited)
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(failed)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

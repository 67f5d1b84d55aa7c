module example.org/cacheprog

go 1.24

module wald.test/go_types

go 1.24

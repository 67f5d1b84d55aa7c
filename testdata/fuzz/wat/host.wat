(module $host
  (import "guest" "add" (func $add (param i32 i64) (result f32)))
  (import "guest" "memory" (memory 1 2))
  (import "m" "t" (table 1 funcref)) (import "m" "g" (global (mut i32)))
  (type $log (func (param f64)))
  (func $log (export "log") (type $log) (local $x i32)
    (block $b (result i32) (i32.const -0x7f) (br_if $b (i32.const 0)))
    if nop else unreachable end drop
    loop br 0 end)
  (func (param v128) (result externref) ref.null extern)
  (data (i32.const 8) "a\00\u{1F600}") (elem (i32.const 0) $log)
  (; comment (; nested ;) ;) ;; line
  (export "again" (func $log)) (export "mem" (memory 0)))

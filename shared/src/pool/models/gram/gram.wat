;; Sums of products of columns of float64. All pointers are byte offsets into the imported memory.
(module
  (import "env" "memory" (memory 1))

  ;; Adds the products of every column with itself and the ones before it to the sums of that pair: four partial sums each, of the rows
  ;; 0, 4, 8 …, 1, 5, 9 …, and so on. $rows, of each column in the tile, is a multiple of four above 0 and $columns is even: columns
  ;; are taken two at a time, so that a row is loaded once for both. The sums of columns i and j lie at
  ;; $sums + (i·$columns + j)·32.
  (func (export "addProducts")
    (param $tile i32) (param $columns i32) (param $columnBytes i32) (param $rows i32) (param $sums i32)
    (local $i i32) (local $j i32) (local $a i32) (local $b i32) (local $c i32) (local $end i32)
    (local $left v128) (local $right v128) (local $b0 v128) (local $b1 v128) (local $c0 v128) (local $c1 v128)
    (loop $column
      (local.set $j (i32.const 0))
      (loop $pair
        (local.set $a (i32.add (local.get $tile) (i32.mul (local.get $i) (local.get $columnBytes))))
        (local.set $b (i32.add (local.get $tile) (i32.mul (local.get $j) (local.get $columnBytes))))
        (local.set $c (i32.add (local.get $b) (local.get $columnBytes)))
        (local.set $end (i32.add (local.get $a) (i32.shl (local.get $rows) (i32.const 3))))
        (local.set $b0 (v128.load (local.get $sums)))
        (local.set $b1 (v128.load offset=16 (local.get $sums)))
        (local.set $c0 (v128.load offset=32 (local.get $sums)))
        (local.set $c1 (v128.load offset=48 (local.get $sums)))
        (loop $four
          (local.set $left (v128.load (local.get $a)))
          (local.set $right (v128.load offset=16 (local.get $a)))
          (local.set $b0 (f64x2.add (local.get $b0) (f64x2.mul (local.get $left) (v128.load (local.get $b)))))
          (local.set $b1 (f64x2.add (local.get $b1) (f64x2.mul (local.get $right) (v128.load offset=16 (local.get $b)))))
          (local.set $c0 (f64x2.add (local.get $c0) (f64x2.mul (local.get $left) (v128.load (local.get $c)))))
          (local.set $c1 (f64x2.add (local.get $c1) (f64x2.mul (local.get $right) (v128.load offset=16 (local.get $c)))))
          (local.set $a (i32.add (local.get $a) (i32.const 32)))
          (local.set $b (i32.add (local.get $b) (i32.const 32)))
          (local.set $c (i32.add (local.get $c) (i32.const 32)))
          (br_if $four (i32.lt_u (local.get $a) (local.get $end))))
        (v128.store (local.get $sums) (local.get $b0))
        (v128.store offset=16 (local.get $sums) (local.get $b1))
        (v128.store offset=32 (local.get $sums) (local.get $c0))
        (v128.store offset=48 (local.get $sums) (local.get $c1))
        (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
        (local.set $j (i32.add (local.get $j) (i32.const 2)))
        (br_if $pair (i32.le_u (local.get $j) (local.get $i))))
      (local.set $sums (i32.add (local.get $sums)
        (i32.shl (i32.sub (local.get $columns) (local.get $j)) (i32.const 5))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $column (i32.lt_u (local.get $i) (local.get $columns)))))
)

;; Orders the rows of one column of float64. All pointers are byte offsets into the imported memory.
;;
;; A key is the number's bits mapped so that they order like the numbers (all flipped below zero, else the sign alone), with the row
;; number in place of as many of its lowest bits. Three counting passes order the keys by their upper 33 bits; an insertion sort
;; settles what these leave open, and looks at the numbers themselves where the whole key but for the row is equal.
(module
  (import "env" "memory" (memory 1))

  ;; Writes a key for every row that holds a number, and counts the three digits of eleven bits: three tables of 2048 i32. Returns the
  ;; end of the keys.
  (func $readKeys (param $column i32) (param $rows i32) (param $rowBits i64) (param $keys i32) (param $counts i32) (result i32)
    (local $row i64) (local $end i64) (local $bits i64) (local $value f64) (local $p i32)
    (memory.fill (local.get $counts) (i32.const 0) (i32.const 24576))
    (local.set $end (i64.extend_i32_u (local.get $rows)))
    (block $done
      (br_if $done (i32.eqz (local.get $rows)))
      (loop $next
        (local.set $value (f64.load (local.get $column)))
        (if (f64.eq (local.get $value) (local.get $value))
          (then
            (local.set $bits (i64.load (local.get $column)))
            (local.set $bits (i64.xor (local.get $bits)
              (i64.or (i64.shr_s (local.get $bits) (i64.const 63)) (i64.const 0x8000000000000000))))
            (i64.store (local.get $keys)
              (i64.or (i64.shl (i64.shr_u (local.get $bits) (local.get $rowBits)) (local.get $rowBits)) (local.get $row)))
            (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
            (local.set $p (i32.add (local.get $counts)
              (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 29))) (i32.const 8188))))
            (i32.store (local.get $p) (i32.add (i32.load (local.get $p)) (i32.const 1)))
            (local.set $p (i32.add (local.get $counts)
              (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 40))) (i32.const 8188))))
            (i32.store offset=8192 (local.get $p) (i32.add (i32.load offset=8192 (local.get $p)) (i32.const 1)))
            (local.set $p (i32.add (local.get $counts)
              (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 51))) (i32.const 8188))))
            (i32.store offset=16384 (local.get $p) (i32.add (i32.load offset=16384 (local.get $p)) (i32.const 1)))))
        (local.set $column (i32.add (local.get $column) (i32.const 8)))
        (local.set $row (i64.add (local.get $row) (i64.const 1)))
        (br_if $next (i64.lt_u (local.get $row) (local.get $end)))))
    (local.get $keys))

  ;; Turns the counts of one digit into the addresses where each bucket starts; 0 when all keys share the digit.
  (func $startPositions (param $counts i32) (param $count i32) (param $to i32) (result i32)
    (local $end i32) (local $n i32)
    (local.set $end (i32.add (local.get $counts) (i32.const 8192)))
    (loop $next
      (local.set $n (i32.load (local.get $counts)))
      (if (i32.eq (local.get $n) (local.get $count)) (then (return (i32.const 0))))
      (i32.store (local.get $counts) (local.get $to))
      (local.set $to (i32.add (local.get $to) (i32.shl (local.get $n) (i32.const 3))))
      (local.set $counts (i32.add (local.get $counts) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $counts) (local.get $end))))
    (i32.const 1))

  ;; Moves the keys from … end into the order of the digit, whose lowest bit is $shift + 2.
  (func $movePass (param $from i32) (param $end i32) (param $next i32) (param $shift i64)
    (local $key i64) (local $p i32) (local $at i32)
    (loop $loop
      (local.set $key (i64.load (local.get $from)))
      (local.set $p (i32.add (local.get $next)
        (i32.and (i32.wrap_i64 (i64.shr_u (local.get $key) (local.get $shift))) (i32.const 8188))))
      (local.set $at (i32.load (local.get $p)))
      (i32.store (local.get $p) (i32.add (local.get $at) (i32.const 8)))
      (i64.store (local.get $at) (local.get $key))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $loop (i32.lt_u (local.get $from) (local.get $end)))))

  (func $valueOf (param $key i64) (param $column i32) (param $rowMask i64) (result f64)
    (f64.load (i32.add (local.get $column)
      (i32.wrap_i64 (i64.shl (i64.and (local.get $key) (local.get $rowMask)) (i64.const 3))))))

  ;; Whether key a belongs behind key b, which comes after it: rows of equal numbers already ascend.
  (func $isBehind (param $a i64) (param $b i64) (param $column i32) (param $rowMask i64) (result i32)
    (if (result i32) (i64.gt_u (i64.xor (local.get $a) (local.get $b)) (local.get $rowMask))
      (then (i64.gt_u (local.get $a) (local.get $b)))
      (else (f64.gt
        (call $valueOf (local.get $a) (local.get $column) (local.get $rowMask))
        (call $valueOf (local.get $b) (local.get $column) (local.get $rowMask))))))

  ;; Insertion sort of nearly ordered keys; 0 when it would take more than $moves moves.
  (func $settle (param $from i32) (param $end i32) (param $column i32) (param $rowMask i64) (param $moves i32) (result i32)
    (local $p i32) (local $at i32) (local $key i64) (local $before i64) (local $last i64)
    (local.set $last (i64.load (local.get $from)))
    (local.set $p (i32.add (local.get $from) (i32.const 8)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $key (i64.load (local.get $p)))
        (if (call $isBehind (local.get $last) (local.get $key) (local.get $column) (local.get $rowMask))
          (then
            (local.set $at (local.get $p))
            (block $placed
              (loop $shift
                (local.set $before (i64.load (i32.sub (local.get $at) (i32.const 8))))
                (br_if $placed (i32.eqz
                  (call $isBehind (local.get $before) (local.get $key) (local.get $column) (local.get $rowMask))))
                (i64.store (local.get $at) (local.get $before))
                (local.set $at (i32.sub (local.get $at) (i32.const 8)))
                (local.set $moves (i32.sub (local.get $moves) (i32.const 1)))
                (br_if $shift (i32.gt_u (local.get $at) (local.get $from)))))
            (i64.store (local.get $at) (local.get $key))
            (if (i32.lt_s (local.get $moves) (i32.const 0)) (then (return (i32.const 0))))
            (local.set $last (i64.load (local.get $p))))
          (else (local.set $last (local.get $key))))
        (local.set $p (i32.add (local.get $p) (i32.const 8)))
        (br $next)))
    (i32.const 1))

  ;; Orders the rows of $column that hold a number, ascending by value, −0 before 0, equal values by row, and writes their numbers to
  ;; $sorted. Returns how many there are, or −1 when numbers that share their upper 33 bits are in too much disorder. $rowBits: bits that
  ;; the largest row number takes, at most 30. $keys and $moved: room for a key per row; $counts: 24 KB.
  (func (export "sortRows")
    (param $column i32) (param $rows i32) (param $rowBits i64) (param $keys i32) (param $moved i32) (param $counts i32)
    (param $sorted i32) (param $moves i32) (result i32)
    (local $count i32) (local $spare i32) (local $shift i64) (local $end i32) (local $rowMask i64)
    (local.set $count (i32.shr_u (i32.sub
      (call $readKeys (local.get $column) (local.get $rows) (local.get $rowBits) (local.get $keys) (local.get $counts))
      (local.get $keys)) (i32.const 3)))
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (local.set $rowMask (i64.sub (i64.shl (i64.const 1) (local.get $rowBits)) (i64.const 1)))
    (local.set $shift (i64.const 29))
    (loop $pass
      (if (call $startPositions (local.get $counts) (local.get $count) (local.get $moved))
        (then
          (call $movePass (local.get $keys) (i32.add (local.get $keys) (i32.shl (local.get $count) (i32.const 3)))
            (local.get $counts) (local.get $shift))
          (local.set $spare (local.get $keys))
          (local.set $keys (local.get $moved))
          (local.set $moved (local.get $spare))))
      (local.set $counts (i32.add (local.get $counts) (i32.const 8192)))
      (local.set $shift (i64.add (local.get $shift) (i64.const 11)))
      (br_if $pass (i64.lt_u (local.get $shift) (i64.const 62))))
    (local.set $end (i32.add (local.get $keys) (i32.shl (local.get $count) (i32.const 3))))
    (if (i32.eqz (call $settle (local.get $keys) (local.get $end) (local.get $column) (local.get $rowMask) (local.get $moves)))
      (then (return (i32.const -1))))
    (loop $write
      (i32.store (local.get $sorted) (i32.wrap_i64 (i64.and (i64.load (local.get $keys)) (local.get $rowMask))))
      (local.set $sorted (i32.add (local.get $sorted) (i32.const 4)))
      (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
      (br_if $write (i32.lt_u (local.get $keys) (local.get $end))))
    (local.get $count))
)

;; CRC-32 over the digits of the best levels of a book side (market data spec §4.3), over tables that `crc-tables.ts` explains.
;;
;; Memory: the four tables, one behind the other, from byte 524288 on. Somewhere else the sides, 2048 bytes each:
;;      0  prices of ten levels, float64
;;     80  sizes of ten levels, float64
;;    160  [n], n from 0 to 10: CRC of the digits of the best n levels from register 0, i32
;;    208  [n]: how many digits those are, i32
;;    256  64 levels whose digits were read lately, at the low bits of their price: price, size as float64, CRC, number of digits
;; A part between `<name>` and `</name>` is also put wherever `<name/>` stands.
(module
  (import "env" "memory" (memory 1))
  (global $digits i32 (i32.const 524288))
  (global $begun i32 (i32.const 572288))
  (global $advance i32 (i32.const 574772))
  (global $advanceFar i32 (i32.const 836916))

  ;; Reads the ten best levels of a window (`book-kernel.wat`) into a side of which $count levels are known, from the first on whose
  ;; key is not above what was changed, which with the first two numbers behind it lies at $out; the best one is at offset $best, and no word
  ;; below $low has a bit. Returns 16 times how many stand there now, plus the first rank that was
  ;; read; with fewer than ten, those behind the window and the CRCs are left to the caller.
  (func (export "take")
    (param $side i32) (param $words i32) (param $width i32) (param $low i32) (param $best i32) (param $count i32) (param $out i32) (result i32)
    (local $base f64) (local $sign f64) (local $changed f64)
    (local $rank i32) (local $from i32) (local $at i32) (local $word i32) (local $bits i32) (local $place i32) (local $behind f64)
    (local $sizes i32)
    (local.set $changed (f64.load offset=24 (local.get $out)))
    (local.set $base (f64.load offset=32 (local.get $out)))
    (local.set $sign (f64.load offset=40 (local.get $out)))
    (block $first
      (loop $next
        (br_if $first (i32.ge_s (local.get $rank) (local.get $count)))
        (local.set $at (i32.add (local.get $side) (i32.shl (local.get $rank) (i32.const 3))))
        (br_if $first (f64.le (f64.mul (f64.load (local.get $at)) (local.get $sign)) (local.get $changed)))
        (local.set $rank (i32.add (local.get $rank) (i32.const 1)))
        (br $next)))
    (local.set $place (i32.add (local.get $best) (i32.const 1)))
    (if (local.get $rank)
      (then
        (local.set $behind
          (f64.sub
            (f64.mul
              (f64.load (i32.sub (i32.add (local.get $side) (i32.shl (local.get $rank) (i32.const 3))) (i32.const 8)))
              (local.get $sign))
            (local.get $base)))
        (if (f64.lt (local.get $behind) (f64.const 0)) (then (return (i32.mul (local.get $rank) (i32.const 17)))))
        (local.set $place (i32.trunc_f64_s (local.get $behind)))))
    (local.set $from (local.get $rank))
    (local.set $low (i32.add (local.get $words) (i32.shl (local.get $low) (i32.const 2))))
    (local.set $sizes (i32.add (local.get $words) (i32.shr_u (local.get $width) (i32.const 3))))
    (local.set $word (i32.add (local.get $words) (i32.shl (i32.shr_u (local.get $place) (i32.const 5)) (i32.const 2))))
    (if (i32.lt_u (local.get $place) (local.get $width))
      (then
        (local.set $bits
          (i32.and
            (i32.load (local.get $word))
            (i32.sub (i32.shl (i32.const 1) (local.get $place)) (i32.const 1))))))
    (block $read
      (loop $next
        (br_if $read (i32.eq (local.get $rank) (i32.const 10)))
        (if (i32.eqz (local.get $bits))
          (then
            (if (i32.le_u (local.get $word) (local.get $low))
              (then (return (i32.or (i32.shl (local.get $rank) (i32.const 4)) (local.get $from)))))
            (local.set $word (i32.sub (local.get $word) (i32.const 4)))
            (local.set $bits (i32.load (local.get $word)))
            (br $next)))
        (local.set $place (i32.sub (i32.const 31) (i32.clz (local.get $bits))))
        (local.set $bits (i32.xor (local.get $bits) (i32.shl (i32.const 1) (local.get $place))))
        (local.set $place
          (i32.add (local.get $place) (i32.shl (i32.sub (local.get $word) (local.get $words)) (i32.const 3))))
        (local.set $at (i32.add (local.get $side) (i32.shl (local.get $rank) (i32.const 3))))
        (f64.store
          (local.get $at)
          (f64.mul (f64.add (local.get $base) (f64.convert_i32_s (local.get $place))) (local.get $sign)))
        (f64.store offset=80
          (local.get $at)
          (f64.load (i32.add (local.get $sizes) (i32.shl (local.get $place) (i32.const 3)))))
        (local.set $rank (i32.add (local.get $rank) (i32.const 1)))
        (br $next)))
    (call $read (local.get $side) (local.get $from) (i32.const 10) (i32.const 0))
    (i32.or (i32.const 160) (local.get $from)))

  ;; Levels $from to $count of a side were written anew: reads their digits and brings the CRCs up to date. $zeros is 16 times the
  ;; zeros behind a price, plus those behind a size.
  (func $read (export "read") (param $side i32) (param $from i32) (param $count i32) (param $zeros i32)
    (local $register i32) (local $length i32) (local $price f64) (local $size f64) (local $kept i32) (local $level i32) (local $all i64)
    (local $row i32)
    (local.set $level (i32.add (local.get $side) (i32.shl (local.get $from) (i32.const 2))))
    (local.set $register (i32.load offset=160 (local.get $level)))
    (local.set $length (i32.load offset=208 (local.get $level)))
    (block $end
      (loop $next
        (br_if $end (i32.ge_s (local.get $from) (local.get $count)))
        (local.set $level (i32.add (local.get $side) (i32.shl (local.get $from) (i32.const 3))))
        (local.set $price (f64.load (local.get $level)))
        (local.set $size (f64.load offset=80 (local.get $level)))
        (local.set $kept
          (i32.add
            (local.get $side)
            (i32.mul (i32.and (i32.wrap_i64 (i64.trunc_f64_s (local.get $price))) (i32.const 63)) (i32.const 24))))
        (if (i32.or
              (f64.ne (f64.load offset=256 (local.get $kept)) (local.get $price))
              (f64.ne (f64.load offset=264 (local.get $kept)) (local.get $size)))
          (then
            (local.set $all (call $level (local.get $price) (local.get $size) (local.get $zeros)))
            (f64.store offset=256 (local.get $kept) (local.get $price))
            (f64.store offset=264 (local.get $kept) (local.get $size))
            (i64.store offset=272 (local.get $kept) (local.get $all))))
        (local.set $row (i32.load offset=276 (local.get $kept)))
        (local.set $length (i32.add (local.get $length) (local.get $row)))
        (local.set $row (i32.add (global.get $advance) (i32.shl (local.get $row) (i32.const 12))))
        (local.set $register
          (i32.xor
            (i32.load offset=272 (local.get $kept))
            ;; <advance>
            (i32.xor
              (i32.xor
                (i32.load (i32.add (local.get $row) (i32.shl (i32.and (local.get $register) (i32.const 255)) (i32.const 2))))
                (i32.load offset=1024
                  (i32.add (local.get $row) (i32.and (i32.shr_u (local.get $register) (i32.const 6)) (i32.const 1020)))))
              (i32.xor
                (i32.load offset=2048
                  (i32.add (local.get $row) (i32.and (i32.shr_u (local.get $register) (i32.const 14)) (i32.const 1020))))
                (i32.load offset=3072
                  (i32.add (local.get $row) (i32.shl (i32.shr_u (local.get $register) (i32.const 24)) (i32.const 2))))))
            ;; </advance>
            ))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $level (i32.add (local.get $side) (i32.shl (local.get $from) (i32.const 2))))
        (i32.store offset=160 (local.get $level) (local.get $register))
        (i32.store offset=208 (local.get $level) (local.get $length))
        (br $next))))

  ;; Checksum of the best $askCount levels of one side followed by the best $bidCount of the other.
  (func (export "joined") (param $asks i32) (param $askCount i32) (param $bids i32) (param $bidCount i32) (result i32)
    (local $register i32) (local $row i32) (local $length i32)
    (local.set $asks (i32.add (local.get $asks) (i32.shl (local.get $askCount) (i32.const 2))))
    (local.set $bids (i32.add (local.get $bids) (i32.shl (local.get $bidCount) (i32.const 2))))
    (local.set $register
      (i32.xor
        (i32.load (i32.add (global.get $begun) (i32.shl (i32.load offset=208 (local.get $asks)) (i32.const 2))))
        (i32.load offset=160 (local.get $asks))))
    (local.set $length (i32.load offset=208 (local.get $bids)))
    (local.set $row
      (i32.add (global.get $advanceFar) (i32.shl (i32.shr_u (local.get $length) (i32.const 6)) (i32.const 12))))
    (local.set $register
      ;; <advance/>
    )
    (local.set $row (call $near (local.get $length)))
    (local.set $register
      ;; <advance/>
    )
    (i32.xor (i32.xor (local.get $register) (i32.load offset=160 (local.get $bids))) (i32.const -1)))

  ;; Row of the table for the last part of $length bytes, fewer than 64.
  (func $near (param $length i32) (result i32)
    (i32.add (global.get $advance) (i32.shl (i32.and (local.get $length) (i32.const 63)) (i32.const 12))))

  ;; Register from 0 after the digits of a level in the low half, how many they are in the high one.
  (func $level (param $price f64) (param $size f64) (param $zeros i32) (result i64)
    (local $all i64) (local $sizes i64) (local $register i32) (local $row i32)
    (local.set $all (call $units (local.get $price)))
    (if (i32.gt_u (local.get $zeros) (i32.const 15))
      (then (local.set $all (call $withZeros (local.get $all) (i32.shr_u (local.get $zeros) (i32.const 4))))))
    (local.set $sizes (call $units (local.get $size)))
    (local.set $register (i32.wrap_i64 (local.get $all)))
    (local.set $row (call $near (i32.wrap_i64 (i64.shr_u (local.get $sizes) (i64.const 32)))))
    (local.set $register
      ;; <advance/>
    )
    (local.set $all
      (i64.xor
        (i64.add
          (i64.and (local.get $all) (i64.const 0xFFFFFFFF00000000))
          (i64.and (local.get $sizes) (i64.const 0xFFFFFFFF00000000)))
        (i64.extend_i32_u (i32.xor (local.get $register) (i32.wrap_i64 (local.get $sizes))))))
    (if (i32.and (local.get $zeros) (i32.const 15))
      (then (local.set $all (call $withZeros (local.get $all) (i32.and (local.get $zeros) (i32.const 15))))))
    (local.get $all))

  ;; The same after so many more digits that are 0.
  (func $withZeros (param $all i64) (param $count i32) (result i64)
    (local $register i32) (local $row i32) (local $left i32)
    (local.set $register (i32.wrap_i64 (local.get $all)))
    (local.set $row (i32.add (global.get $advance) (i32.const 4096)))
    (local.set $left (local.get $count))
    (loop $next
      (local.set $register
        (i32.xor
          (i32.load (global.get $digits))
          ;; <advance/>
        ))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $next (local.get $left)))
    (i64.or
      (i64.shl (i64.extend_i32_u (i32.add (i32.wrap_i64 (i64.shr_u (local.get $all) (i64.const 32))) (local.get $count))) (i64.const 32))
      (i64.extend_i32_u (local.get $register))))

  ;; The digits of a positive safe integer.
  (func $units (param $units f64) (result i64)
    (local $whole i64) (local $upper i32) (local $lower i32) (local $thousands i32) (local $millions i32)
    (if (f64.lt (local.get $units) (f64.const 1e9))
      (then (return (call $leading (i32.trunc_f64_u (local.get $units)) (global.get $digits)))))
    (local.set $whole (i64.trunc_f64_u (local.get $units)))
    (local.set $upper (i32.wrap_i64 (i64.div_u (local.get $whole) (i64.const 1000000000))))
    (local.set $lower
      (i32.wrap_i64 (i64.sub (local.get $whole) (i64.mul (i64.extend_i32_u (local.get $upper)) (i64.const 1000000000)))))
    (local.set $thousands (i32.div_u (local.get $lower) (i32.const 1000)))
    (local.set $lower (i32.sub (local.get $lower) (i32.mul (local.get $thousands) (i32.const 1000))))
    (local.set $millions (i32.div_u (local.get $thousands) (i32.const 1000)))
    (local.set $thousands (i32.sub (local.get $thousands) (i32.mul (local.get $millions) (i32.const 1000))))
    (i64.xor
      (call $leading (local.get $upper) (i32.add (global.get $digits) (i32.const 24000)))
      (i64.extend_i32_u
        (i32.xor
          (i32.load offset=544288 (i32.shl (local.get $millions) (i32.const 2)))
          (i32.xor
            (i32.load offset=536288 (i32.shl (local.get $thousands) (i32.const 2)))
            (i32.load offset=528288 (i32.shl (local.get $lower) (i32.const 2))))))))

  ;; The digits of a positive integer below a billion, as if as many groups of three bytes followed as $row is 8000 bytes into the table.
  (func $leading (param $units i32) (param $row i32) (result i64)
    (local $thousands i32) (local $millions i32) (local $behind i32)
    (local.set $thousands (i32.div_u (local.get $units) (i32.const 1000)))
    (if (i32.eqz (local.get $thousands)) (then (return (call $first (local.get $units) (local.get $row) (i32.const 0)))))
    (local.set $behind
      (i32.load offset=4000
        (i32.add
          (local.get $row)
          (i32.shl (i32.sub (local.get $units) (i32.mul (local.get $thousands) (i32.const 1000))) (i32.const 2)))))
    (local.set $millions (i32.div_u (local.get $thousands) (i32.const 1000)))
    (if (i32.eqz (local.get $millions))
      (then
        (return
          (call $first (local.get $thousands) (i32.add (local.get $row) (i32.const 8000)) (local.get $behind)))))
    (call $first
      (local.get $millions)
      (i32.add (local.get $row) (i32.const 16000))
      (i32.xor
        (local.get $behind)
        (i32.load offset=12000
          (i32.add
            (local.get $row)
            (i32.shl (i32.sub (local.get $thousands) (i32.mul (local.get $millions) (i32.const 1000))) (i32.const 2)))))))

  ;; One to three digits without zeros before them, and what is behind them.
  (func $first (param $value i32) (param $row i32) (param $behind i32) (result i64)
    (i64.or
      (i64.shl
        (i64.extend_i32_u
          (i32.add
            (i32.mul (i32.div_u (i32.sub (local.get $row) (global.get $digits)) (i32.const 8000)) (i32.const 3))
            (i32.add
              (i32.const 1)
              (i32.add (i32.gt_u (local.get $value) (i32.const 9)) (i32.gt_u (local.get $value) (i32.const 99))))))
        (i64.const 32))
      (i64.extend_i32_u
        (i32.xor (local.get $behind) (i32.load (i32.add (local.get $row) (i32.shl (local.get $value) (i32.const 2)))))))))

;; Scanners for the level lists of book frames: the bytes of a frame to prices and sizes in whole units, as float64 columns.
;; Eight characters are read at a time. Everything is strict: what is not the one compact form gives -1, and the caller takes the
;; JSON route. Reads go up to fifteen bytes beyond the place they look at, so the frame needs that much room behind it.
;;
;; Memory: powers of ten as float64 from 0 on (10^0 at 0, 10^1 at 8, ...); the number of levels of the last list as i32 at 512.
(module
  (import "env" "memory" (memory 1))

  ;; Number of leading decimal digits among eight characters XORed with '0': a digit is 0..9, so adding 0x76 sets no high bit.
  (func $digits (param $t i64) (result i32)
    (i32.wrap_i64
      (i64.shr_u
        (i64.ctz
          (i64.and
            (i64.or (i64.add (local.get $t) (i64.const 0x7676767676767676)) (local.get $t))
            (i64.const 0x8080808080808080)))
        (i64.const 3))))

  ;; Value of the first $count (1..8) digits: they are shifted to the end and folded by two, four and eight.
  (func $value (param $t i64) (param $count i32) (result f64)
    (local $v i64)
    (local.set $v (i64.shl (local.get $t) (i64.extend_i32_u (i32.sub (i32.const 64) (i32.shl (local.get $count) (i32.const 3))))))
    (local.set $v (i64.add (i64.mul (local.get $v) (i64.const 10)) (i64.shr_u (local.get $v) (i64.const 8))))
    (f64.convert_i64_u
      (i64.shr_u
        (i64.add
          (i64.mul (i64.and (local.get $v) (i64.const 0x000000FF000000FF)) (i64.const 0x000F424000000064))
          (i64.mul
            (i64.and (i64.shr_u (local.get $v) (i64.const 16)) (i64.const 0x000000FF000000FF))
            (i64.const 0x0000271000000001)))
        (i64.const 32))))

  (func $power (param $exponent i32) (result f64)
    (f64.load (i32.shl (local.get $exponent) (i32.const 3))))

  ;; Reads a plain decimal at $at as whole units of 10^-$decimals into the float64 at $out; the place behind it, or -1. With $all
  ;; it must show exactly $decimals digits behind the point. Digits beyond $decimals must be zeros.
  (func $units (param $at i32) (param $decimals i32) (param $all i32) (param $out i32) (result i32)
    (local $t i64) (local $count i32) (local $sum f64) (local $kept i32) (local $digit i32)
    (local.set $t (i64.xor (i64.load (local.get $at)) (i64.const 0x3030303030303030)))
    (local.set $count (call $digits (local.get $t)))
    (if (i32.eqz (local.get $count)) (then (return (i32.const -1))))
    ;; More than eight digits before the point, or a needless zero in front.
    (if (i32.and (i32.eq (local.get $count) (i32.const 8)) (call $isDigit (i32.add (local.get $at) (i32.const 8))))
      (then (return (i32.const -1))))
    (if (i32.and (i32.gt_u (local.get $count) (i32.const 1)) (i64.eqz (i64.and (local.get $t) (i64.const 255))))
      (then (return (i32.const -1))))
    (local.set $sum (f64.mul (call $value (local.get $t) (local.get $count)) (call $power (local.get $decimals))))
    (local.set $at (i32.add (local.get $at) (local.get $count)))
    (local.set $count (i32.const 0))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 46))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $t (i64.xor (i64.load (local.get $at)) (i64.const 0x3030303030303030)))
        (local.set $count (call $digits (local.get $t)))
        (if (i32.eqz (local.get $count)) (then (return (i32.const -1))))
        (local.set $kept
          (select (local.get $count) (local.get $decimals) (i32.lt_u (local.get $count) (local.get $decimals))))
        (if (i32.gt_u (local.get $count) (local.get $kept))
          (then
            ;; The last (count - kept) of the digits, shifted to the end, must be zeros.
            (if (i64.ne
                  (i64.shr_u
                    (i64.shl (local.get $t) (i64.extend_i32_u (i32.sub (i32.const 64) (i32.shl (local.get $count) (i32.const 3)))))
                    (i64.extend_i32_u
                      (i32.sub (i32.const 64) (i32.shl (i32.sub (local.get $count) (local.get $kept)) (i32.const 3)))))
                  (i64.const 0))
              (then (return (i32.const -1))))))
        (if (local.get $kept)
          (then
            (local.set $sum
              (f64.add
                (local.get $sum)
                (f64.mul
                  (call $value (local.get $t) (local.get $kept))
                  (call $power (i32.sub (local.get $decimals) (local.get $kept))))))))
        (local.set $at (i32.add (local.get $at) (local.get $count)))
        (if (i32.eq (local.get $count) (i32.const 8))
          (then
            ;; From the ninth digit on one by one.
            (block $end
              (loop $next
                (br_if $end (i32.eqz (call $isDigit (local.get $at))))
                (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))
                (if (i32.lt_u (local.get $count) (local.get $decimals))
                  (then
                    (local.set $sum
                      (f64.add
                        (local.get $sum)
                        (f64.mul
                          (f64.convert_i32_u (local.get $digit))
                          (call $power (i32.sub (i32.sub (local.get $decimals) (local.get $count)) (i32.const 1)))))))
                  (else (if (local.get $digit) (then (return (i32.const -1))))))
                (local.set $count (i32.add (local.get $count) (i32.const 1)))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br $next)))))))
    (if (i32.and (local.get $all) (i32.ne (local.get $count) (local.get $decimals))) (then (return (i32.const -1))))
    (if (f64.gt (local.get $sum) (f64.const 9007199254740991)) (then (return (i32.const -1))))
    (f64.store (local.get $out) (local.get $sum))
    (local.get $at))

  (func $isDigit (param $at i32) (result i32)
    (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)) (i32.const 10)))

  ;; [["price","size"],...]
  (func (export "quotedPairs")
    (param $at i32) (param $priceDecimals i32) (param $sizeDecimals i32) (param $prices i32) (param $sizes i32) (param $capacity i32)
    (result i32)
    (local $count i32)
    (i32.store (i32.const 512) (i32.const 0))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 91)) (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 93)) (then (return (i32.add (local.get $at) (i32.const 2)))))
    (loop $level
      (if (i32.eq (local.get $count) (local.get $capacity)) (then (return (i32.const -1))))
      (if (i32.ne (i32.load16_u offset=1 (local.get $at)) (i32.const 0x225B)) (then (return (i32.const -1))))
      (local.set $at
        (call $units (i32.add (local.get $at) (i32.const 3)) (local.get $priceDecimals) (i32.const 0) (local.get $prices)))
      (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
      (if (f64.eq (f64.load (local.get $prices)) (f64.const 0)) (then (return (i32.const -1))))
      (if (i32.ne (i32.and (i32.load (local.get $at)) (i32.const 0xFFFFFF)) (i32.const 0x222C22)) (then (return (i32.const -1))))
      (local.set $at
        (call $units (i32.add (local.get $at) (i32.const 3)) (local.get $sizeDecimals) (i32.const 0) (local.get $sizes)))
      (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
      (if (i32.ne (i32.load16_u (local.get $at)) (i32.const 0x5D22)) (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (local.set $prices (i32.add (local.get $prices) (i32.const 8)))
      (local.set $sizes (i32.add (local.get $sizes) (i32.const 8)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $level (i32.eq (i32.load8_u (local.get $at)) (i32.const 44))))
    (call $finish (local.get $at) (local.get $count)))

  ;; [{"price":1.5,"qty":0.20},...] with every digit of the instrument
  (func (export "priceQtyObjects")
    (param $at i32) (param $priceDecimals i32) (param $sizeDecimals i32) (param $prices i32) (param $sizes i32) (param $capacity i32)
    (result i32)
    (local $count i32)
    (i32.store (i32.const 512) (i32.const 0))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 91)) (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 93)) (then (return (i32.add (local.get $at) (i32.const 2)))))
    (loop $level
      (if (i32.eq (local.get $count) (local.get $capacity)) (then (return (i32.const -1))))
      ;; {"price" and the colon
      (if (i64.ne (i64.load offset=1 (local.get $at)) (i64.const 0x226563697270227B)) (then (return (i32.const -1))))
      (if (i32.ne (i32.load8_u offset=9 (local.get $at)) (i32.const 58)) (then (return (i32.const -1))))
      (local.set $at
        (call $units (i32.add (local.get $at) (i32.const 10)) (local.get $priceDecimals) (i32.const 1) (local.get $prices)))
      (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
      (if (f64.eq (f64.load (local.get $prices)) (f64.const 0)) (then (return (i32.const -1))))
      ;; ,"qty":
      (if (i64.ne
            (i64.and (i64.load (local.get $at)) (i64.const 0x00FFFFFFFFFFFFFF))
            (i64.const 0x003A22797471222C))
        (then (return (i32.const -1))))
      (local.set $at
        (call $units (i32.add (local.get $at) (i32.const 7)) (local.get $sizeDecimals) (i32.const 1) (local.get $sizes)))
      (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 125)) (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $prices (i32.add (local.get $prices) (i32.const 8)))
      (local.set $sizes (i32.add (local.get $sizes) (i32.const 8)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $level (i32.eq (i32.load8_u (local.get $at)) (i32.const 44))))
    (call $finish (local.get $at) (local.get $count)))

  (func $finish (param $at i32) (param $count i32) (result i32)
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 93)) (then (return (i32.const -1))))
    (i32.store (i32.const 512) (local.get $count))
    (i32.add (local.get $at) (i32.const 1))))

;; Runs the form of a venue's book frame over the frame's bytes: fixed texts are compared, numbers become whole units as float64.
;; Sixteen characters are looked at in one step. Everything is strict: what is not exactly the form gives -1, and the caller takes
;; the JSON route. Reads go up to fifteen bytes beyond the place they look at, so a frame needs that much room behind it.
;;
;; Memory: powers of ten as float64 from 0 on (10^0 at 0, 10^1 at 8, ...); everything else is where the steps say.
;; Levels are the hot place and engines inline no calls there: a part between `<name>` and `</name>` is also put wherever `<name/>`
;; stands.
;; A step is four i32 words, what to do and three operands, written by `form-program.ts`.
(module
  (import "env" "memory" (memory 1))
  ;; Bytes of a column of levels: prices lie in one column, sizes in the next.
  (global $columnBytes i32 (i32.const 32768))
  ;; Where the tables of `digit-places.ts` begin.
  (global $controlTables i32 (i32.const 139264))

  ;; The same for the first part of a form, with nothing known of the frame: its levels and marks are 0, its numbers -1. $counts is
  ;; the place of all that.
  (func (export "begin") (param $step i32) (param $at i32) (param $end i32) (param $counts i32) (result i32)
    (v128.store (local.get $counts) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $counts) (v128.const i64x2 0 0))
    (v128.store offset=32 (local.get $counts) (v128.const f64x2 -1 -1))
    (v128.store offset=48 (local.get $counts) (v128.const f64x2 -1 -1))
    (v128.store offset=64 (local.get $counts) (v128.const f64x2 -1 -1))
    (f64.store offset=80 (local.get $counts) (f64.const -1))
    (call $run (local.get $step) (local.get $at) (local.get $end) (i32.const 0) (i32.const 0)))

  ;; Runs steps from $step on at $at; the frame ends before $end. The place behind what was read, or -1.
  (func $run (export "run") (param $step i32) (param $at i32) (param $end i32) (param $priceDecimals i32) (param $sizeDecimals i32) (result i32)
    (local $from i32)
    (loop $next
      (block $done
        (block $instant
          (block $level
            (block $levels
              (block $name
                (block $integer
                  (block $mark
                    (block $maybe
                      (block $text
                        (br_table $done $text $maybe $mark $integer $name $levels $level $instant (i32.load (local.get $step))))
                      ;; 1 text: address, length
                      (local.set $at
                        (call $text (local.get $at) (i32.load offset=4 (local.get $step)) (i32.load offset=8 (local.get $step))))
                      (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
                      (local.set $step (i32.add (local.get $step) (i32.const 16)))
                      (br $next))
                    ;; 2 maybe: address, length, step to go on with when the text is not here
                    (local.set $from
                      (call $text (local.get $at) (i32.load offset=4 (local.get $step)) (i32.load offset=8 (local.get $step))))
                    (if (i32.lt_s (local.get $from) (i32.const 0))
                      (then (local.set $step (i32.load offset=12 (local.get $step))))
                      (else
                        (local.set $at (local.get $from))
                        (local.set $step (i32.add (local.get $step) (i32.const 16)))))
                    (br $next))
                  ;; 3 mark: address of an i32, value, step to go on with
                  (i32.store (i32.load offset=4 (local.get $step)) (i32.load offset=8 (local.get $step)))
                  (local.set $step (i32.load offset=12 (local.get $step)))
                  (br $next))
                ;; 4 integer: address of a float64
                (local.set $at (call $integer (local.get $at) (i32.load offset=4 (local.get $step))))
                (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
                (local.set $step (i32.add (local.get $step) (i32.const 16)))
                (br $next))
              ;; 5 name: address of two i32 for its bounds, most characters. A plain text up to a quote
              (local.set $from (local.get $at))
              (local.set $at (call $nameEnd (local.get $at) (i32.load offset=8 (local.get $step))))
              (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
              (i32.store (i32.load offset=4 (local.get $step)) (local.get $from))
              (i32.store offset=4 (i32.load offset=4 (local.get $step)) (local.get $at))
              ;; And its first sixteen characters, zeros behind it.
              (v128.store offset=80
                (i32.load offset=4 (local.get $step))
                (v128.and
                  (v128.load (local.get $from))
                  (i8x16.gt_s
                    (i8x16.splat (i32.sub (local.get $at) (local.get $from)))
                    (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))))
              (local.set $step (i32.add (local.get $step) (i32.const 16)))
              (br $next))
            ;; 6 levels: column of prices, form of a level, address of the i32 count
            (local.set $at
              (call $levels
                (local.get $at)
                (i32.load offset=8 (local.get $step))
                (local.get $priceDecimals)
                (local.get $sizeDecimals)
                (i32.load offset=4 (local.get $step))
                (i32.load offset=12 (local.get $step))))
            (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
            (local.set $step (i32.add (local.get $step) (i32.const 16)))
            (br $next))
          ;; 7 level: column of prices, form of the level, address of the i32 count
          (local.set $at
            (call $level
              (local.get $at)
              (i32.load offset=8 (local.get $step))
              (local.get $priceDecimals)
              (local.get $sizeDecimals)
              (i32.load offset=4 (local.get $step))
              (i32.load offset=12 (local.get $step))
              (i32.add (i32.load offset=4 (local.get $step)) (i32.const 8))))
          (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
          (local.set $step (i32.add (local.get $step) (i32.const 16)))
          (br $next))
        ;; 8 instant: address of two float64
        (local.set $at (call $instant (local.get $at) (i32.load offset=4 (local.get $step))))
        (br_if $done (i32.lt_s (local.get $at) (i32.const 0)))
        (local.set $step (i32.add (local.get $step) (i32.const 16)))
        (br $next)))
    ;; 0 done: 1 in the first operand demands that the frame ends here
    (if (i32.and (i32.load offset=4 (local.get $step)) (i32.ne (local.get $at) (local.get $end))) (then (return (i32.const -1))))
    (local.get $at))

  ;; The place behind a fixed text at $at, or -1.
  (func $text (param $at i32) (param $text i32) (param $length i32) (result i32)
    (local $unequal i32)
    (loop $next
      (local.set $unequal (i8x16.bitmask (i8x16.ne (v128.load (local.get $at)) (v128.load (local.get $text)))))
      (if (i32.le_u (local.get $length) (i32.const 16))
        (then
          (if (i32.and (local.get $unequal) (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1)))
            (then (return (i32.const -1))))
          (return (i32.add (local.get $at) (local.get $length)))))
      (if (local.get $unequal) (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $text (i32.add (local.get $text) (i32.const 16)))
      (local.set $length (i32.sub (local.get $length) (i32.const 16)))
      (br $next))
    (unreachable))

  ;; Place of the quote that ends a plain text of at most $most - 1 characters: printable ASCII without a backslash.
  (func $nameEnd (param $at i32) (param $most i32) (result i32)
    (local $byte i32) (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $most)))
    (loop $next
      (if (i32.eq (local.get $at) (local.get $end)) (then (return (i32.const -1))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $byte) (i32.const 34)) (then (return (local.get $at))))
      (if (i32.or
            (i32.ge_u (i32.sub (local.get $byte) (i32.const 32)) (i32.const 95))
            (i32.eq (local.get $byte) (i32.const 92)))
        (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; [level,level,...] into the column at $prices and the one behind it, their number into $countAt.
  (func $levels
    (param $at i32) (param $form i32) (param $priceDecimals i32) (param $sizeDecimals i32) (param $prices i32) (param $countAt i32)
    (result i32)
    (i32.store (local.get $countAt) (i32.const 0))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 91)) (then (return (i32.const -1))))
    (if (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 93)) (then (return (i32.add (local.get $at) (i32.const 2)))))
    (local.set $at
      (call $level
        (i32.add (local.get $at) (i32.const 1))
        (local.get $form)
        (local.get $priceDecimals)
        (local.get $sizeDecimals)
        (local.get $prices)
        (local.get $countAt)
        (i32.add (local.get $prices) (global.get $columnBytes))))
    (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 93)) (then (return (i32.const -1))))
    (i32.add (local.get $at) (i32.const 1)))

  ;; Levels one behind the other, until the text that joins two of them is not there; prices end before $end. A level is three texts
  ;; of at most sixteen characters with two numbers between them. The form holds the texts and, as the fourth, the one behind a
  ;; level that another follows; then for each its length and the complement of the mask of its characters, then 1 when the numbers
  ;; must show every digit. A price of 0 is none.
  (func $level
    (param $at i32) (param $form i32) (param $priceDecimals i32) (param $sizeDecimals i32) (param $prices i32) (param $countAt i32)
    (param $end i32) (result i32)
    (local $first i32) (local $from i32)
    (local $all i32) (local $least i32) (local $decimals i32) (local $controls i32)
    (local $priceLeast i32) (local $sizeLeast i32) (local $priceControls i32) (local $sizeControls i32)
    (local $digits v128) (local $priceDigits v128) (local $marks i32) (local $whole i32) (local $fraction i32) (local $width i32)
    (local $priceWidth i32) (local $eight v128)
    (local $bias v128) (local $belowZero v128) (local $nibbles v128) (local $tens v128) (local $hundreds v128) (local $tenThousands v128)
    (local.set $bias (v128.const i64x2 0x4646464646464646 0x4646464646464646))
    (local.set $belowZero (v128.const i64x2 0x7575757575757575 0x7575757575757575))
    (local.set $nibbles (v128.const i64x2 0x0F0F0F0F0F0F0F0F 0x0F0F0F0F0F0F0F0F))
    (local.set $tens (v128.const i64x2 0x0A010A010A010A01 0x0A010A010A010A01))
    (local.set $hundreds (v128.const i16x8 100 1 100 1 100 1 100 1))
    (local.set $tenThousands (v128.const i16x8 10000 1 10000 1 10000 1 10000 1))
    (local.set $first (local.get $prices))
    (local.set $all (i32.load offset=96 (local.get $form)))
    (local.set $priceLeast (call $least (local.get $all) (local.get $priceDecimals)))
    (local.set $sizeLeast (call $least (local.get $all) (local.get $sizeDecimals)))
    (local.set $priceControls (call $controls (local.get $priceDecimals)))
    (local.set $sizeControls (call $controls (local.get $sizeDecimals)))
    (if (i32.ne
          (i32.or
            (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (v128.load (local.get $form))))
            (i32.load offset=68 (local.get $form)))
          (i32.const 0xFFFF))
      (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.load offset=64 (local.get $form))))
    (loop $next
      (if (i32.eq (local.get $prices) (local.get $end)) (then (return (i32.const -1))))
      (block $read
        (block $odd
          (local.set $from (local.get $at))
          (local.set $decimals (local.get $priceDecimals))
          (local.set $least (local.get $priceLeast))
          (local.set $controls (local.get $priceControls))
          ;; <number>
          ;; The digits of a number at $at without the point, shifted to the end, and how many they are. What is not usual is odd.
          (local.set $digits (i8x16.add (v128.load (local.get $at)) (local.get $bias)))
          (local.set $marks
            (i32.xor (i8x16.bitmask (i8x16.gt_s (local.get $digits) (local.get $belowZero))) (i32.const -1)))
          (local.set $whole (i32.ctz (local.get $marks)))
          ;; No digit, or too many.
          (br_if $odd (i32.ge_u (i32.sub (local.get $whole) (i32.const 1)) (i32.const 14)))
          ;; A needless zero in front; a zero alone is frequent, so that it should be no branch of its own.
          (br_if $odd
            (i32.and (i32.eq (i32.load8_u (local.get $at)) (i32.const 48)) (i32.ne (local.get $whole) (i32.const 1))))
          (local.set $width (i32.add (local.get $whole) (local.get $decimals)))
          (br_if $odd (i32.gt_u (local.get $width) (i32.const 15)))
          (if (i32.eq (i32.load8_u (i32.add (local.get $at) (local.get $whole))) (i32.const 46))
            (then
              (local.set $marks (i32.ctz (i32.and (local.get $marks) (i32.sub (local.get $marks) (i32.const 1)))))
              (local.set $fraction (i32.sub (i32.sub (local.get $marks) (local.get $whole)) (i32.const 1)))
              (br_if $odd (i32.eq (local.get $marks) (i32.const 16)))
              (br_if $odd (i32.lt_u (local.get $fraction) (local.get $least)))
              (if (i32.gt_u (local.get $fraction) (local.get $decimals))
                (then
                  (br_if $odd (local.get $all))
                  (br_if $odd
                    (i32.and
                      (i32.shr_u
                        (i8x16.bitmask
                          (i8x16.gt_s (local.get $digits) (v128.const i64x2 0x7676767676767676 0x7676767676767676)))
                        (i32.add (local.get $width) (i32.const 1)))
                      (i32.sub
                        (i32.shl (i32.const 1) (i32.sub (local.get $fraction) (local.get $decimals)))
                        (i32.const 1))))
                  (local.set $fraction (local.get $decimals)))))
            (else
              (br_if $odd (i32.and (local.get $all) (i32.ne (local.get $decimals) (i32.const 0))))
              (local.set $marks (local.get $whole))
              (local.set $fraction (i32.const 0))))
          (local.set $digits
            (v128.and
              (local.get $nibbles)
              (i8x16.relaxed_swizzle
                (v128.load (local.get $at))
                (v128.load
                  (i32.add
                    (local.get $controls)
                    (i32.add (i32.shl (local.get $whole) (i32.const 8)) (i32.shl (local.get $fraction) (i32.const 4))))))))
          (local.set $at (i32.add (local.get $at) (local.get $marks)))
          ;; </number>
          (local.set $priceDigits (local.get $digits))
          (local.set $priceWidth (local.get $width))
          (br_if $odd
            (i32.ne
              (i32.or
                (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (v128.load offset=16 (local.get $form))))
                (i32.load offset=76 (local.get $form)))
              (i32.const 0xFFFF)))
          (local.set $at (i32.add (local.get $at) (i32.load offset=72 (local.get $form))))
          (local.set $decimals (local.get $sizeDecimals))
          (local.set $least (local.get $sizeLeast))
          (local.set $controls (local.get $sizeControls))
          ;; <number/>
          (if (i32.and (i32.le_u (local.get $width) (i32.const 8)) (i32.le_u (local.get $priceWidth) (i32.const 8)))
            (then
              ;; Both fit into eight digits: one fold for the two.
              (local.set $digits
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $priceDigits) (local.get $digits)))
              ;; <fold>
              ;; Folded by two, four and eight digits.
              (local.set $digits (i16x8.shr_u (i16x8.mul (local.get $digits) (local.get $tens)) (i32.const 8)))
              (local.set $digits (i32x4.dot_i16x8_s (local.get $digits) (local.get $hundreds)))
              (local.set $digits (i16x8.narrow_i32x4_s (local.get $digits) (local.get $digits)))
              (local.set $eight
                (f64x2.convert_low_i32x4_s (i32x4.dot_i16x8_s (local.get $digits) (local.get $tenThousands))))
              ;; </fold>
              (v128.store64_lane 0 (local.get $prices) (local.get $eight))
              (v128.store64_lane offset=32768 1 (local.get $prices) (local.get $eight)))
            (else
              ;; <fold/>
              (f64.store offset=32768
                (local.get $prices)
                (f64.add
                  (f64.mul (f64x2.extract_lane 0 (local.get $eight)) (f64.const 100000000))
                  (f64x2.extract_lane 1 (local.get $eight))))
              (local.set $digits (local.get $priceDigits))
              ;; <fold/>
              (f64.store
                (local.get $prices)
                (f64.add
                  (f64.mul (f64x2.extract_lane 0 (local.get $eight)) (f64.const 100000000))
                  (f64x2.extract_lane 1 (local.get $eight))))))
          (br $read))
        (local.set $at
          (call $oddLevel
            (local.get $from)
            (local.get $form)
            (local.get $priceDecimals)
            (local.get $sizeDecimals)
            (local.get $prices)))
        (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1)))))
      (if (f64.eq (f64.load (local.get $prices)) (f64.const 0)) (then (return (i32.const -1))))
      (local.set $prices (i32.add (local.get $prices) (i32.const 8)))
      (if (i32.eq
            (i32.or
              (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (v128.load offset=48 (local.get $form))))
              (i32.load offset=92 (local.get $form)))
            (i32.const 0xFFFF))
        (then
          (local.set $at (i32.add (local.get $at) (i32.load offset=88 (local.get $form))))
          (br $next))))
    (i32.store (local.get $countAt) (i32.shr_u (i32.sub (local.get $prices) (local.get $first)) (i32.const 3)))
    (if (i32.ne
          (i32.or
            (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (v128.load offset=32 (local.get $form))))
            (i32.load offset=84 (local.get $form)))
          (i32.const 0xFFFF))
      (then (return (i32.const -1))))
    (i32.add (local.get $at) (i32.load offset=80 (local.get $form))))

  ;; Least digits behind a point: one, or all that there are.
  (func $least (param $all i32) (param $decimals i32) (result i32)
    (select
      (local.get $decimals)
      (i32.const 1)
      (i32.and (local.get $all) (i32.gt_u (local.get $decimals) (i32.const 1)))))

  ;; Where the tables of a number of decimals begin: [whole digits * 256 + digits behind the point * 16] is which byte goes where.
  (func $controls (param $decimals i32) (result i32)
    (i32.add (global.get $controlTables) (i32.shl (local.get $decimals) (i32.const 12))))

  ;; Price, text between and size, whatever their lengths.
  (func $oddLevel
    (param $at i32) (param $form i32) (param $priceDecimals i32) (param $sizeDecimals i32) (param $prices i32) (result i32)
    (local $all i32)
    (local.set $all (i32.load offset=96 (local.get $form)))
    (local.set $at (call $longUnits (local.get $at) (local.get $priceDecimals) (local.get $all) (local.get $prices)))
    (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1))))
    (if (i32.ne
          (i32.or
            (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (v128.load offset=16 (local.get $form))))
            (i32.load offset=76 (local.get $form)))
          (i32.const 0xFFFF))
      (then (return (i32.const -1))))
    (call $longUnits
      (i32.add (local.get $at) (i32.load offset=72 (local.get $form)))
      (local.get $sizeDecimals)
      (local.get $all)
      (i32.add (local.get $prices) (global.get $columnBytes))))

  ;; Reads a JSON integer from 0 to 2^53 - 1 at $at into the float64 at $out; the place behind it, or -1.
  (func $integer (param $at i32) (param $out i32) (result i32)
    (local $digits v128) (local $whole i32)
    (local.set $digits (v128.load (local.get $at)))
    (local.set $whole
      (i32.ctz
        (i32.xor
          (i8x16.bitmask
            (i8x16.gt_s
              (i8x16.add (local.get $digits) (v128.const i64x2 0x4646464646464646 0x4646464646464646))
              (v128.const i64x2 0x7575757575757575 0x7575757575757575)))
          (i32.const -1))))
    (if (i32.or
          (i32.ge_u (i32.sub (local.get $whole) (i32.const 1)) (i32.const 15))
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 48)))
      (then (return (call $longUnits (local.get $at) (i32.const 0) (i32.const 1) (local.get $out)))))
    (f64.store
      (local.get $out)
      (f64.convert_i64_s
        (call $sixteenDigits
          (v128.and
            (v128.const i64x2 0x0F0F0F0F0F0F0F0F 0x0F0F0F0F0F0F0F0F)
            (i8x16.relaxed_swizzle
              (local.get $digits)
              (v128.load (i32.add (global.get $controlTables) (i32.shl (local.get $whole) (i32.const 8)))))))))
    (i32.add (local.get $at) (local.get $whole)))

  ;; Value of sixteen digits, folded by two, four, eight and sixteen.
  (func $sixteenDigits (param $digits v128) (result i64)
    (local $eights i64)
    (local.set $digits
      (i16x8.shr_u (i16x8.mul (local.get $digits) (v128.const i64x2 0x0A010A010A010A01 0x0A010A010A010A01)) (i32.const 8)))
    (local.set $digits (i32x4.dot_i16x8_s (local.get $digits) (v128.const i16x8 100 1 100 1 100 1 100 1)))
    (local.set $digits (i16x8.narrow_i32x4_s (local.get $digits) (local.get $digits)))
    (local.set $eights
      (i64x2.extract_lane 0 (i32x4.dot_i16x8_s (local.get $digits) (v128.const i16x8 10000 1 10000 1 10000 1 10000 1))))
    (i64.add
      (i64.mul (i64.and (local.get $eights) (i64.const 0xFFFFFFFF)) (i64.const 100000000))
      (i64.shr_u (local.get $eights) (i64.const 32))))

  ;; Reads a plain decimal at $at as whole units of 10^-$decimals into the float64 at $out, digit by digit; the place behind it, or
  ;; -1. With $all it must show exactly $decimals digits behind the point. Digits beyond $decimals must be zeros.
  (func $longUnits (param $at i32) (param $decimals i32) (param $all i32) (param $out i32) (result i32)
    (local $start i32) (local $digit i32) (local $point i32) (local $fraction i32) (local $kept i32) (local $sum i64) (local $value f64)
    (local.set $start (local.get $at))
    (if (i32.gt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)) (i32.const 9)) (then (return (i32.const -1))))
    (block $end
      (loop $next
        (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))
        (if (i32.and (i32.eq (local.get $digit) (i32.const -2)) (i32.eqz (local.get $point)))
          (then
            (local.set $point (local.get $at))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next)))
        (br_if $end (i32.gt_u (local.get $digit) (i32.const 9)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (local.get $point) (then (local.set $fraction (i32.add (local.get $fraction) (i32.const 1)))))
        (if (i32.gt_u (local.get $fraction) (local.get $decimals))
          (then
            (if (local.get $digit) (then (return (i32.const -1))))
            (br $next)))
        (local.set $kept (local.get $fraction))
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 10)) (i64.extend_i32_u (local.get $digit))))
        (if (i64.gt_u (local.get $sum) (i64.const 9007199254740991)) (then (return (i32.const -1))))
        (br $next)))
    ;; A point needs digits on both sides; a needless zero in front.
    (if (i32.and (i32.ne (local.get $point) (i32.const 0)) (i32.eqz (local.get $fraction))) (then (return (i32.const -1))))
    (if (i32.and
          (i32.eq (i32.load8_u (local.get $start)) (i32.const 48))
          (i32.le_u (i32.sub (i32.load8_u offset=1 (local.get $start)) (i32.const 48)) (i32.const 9)))
      (then (return (i32.const -1))))
    (if (i32.and (local.get $all) (i32.ne (local.get $fraction) (local.get $decimals))) (then (return (i32.const -1))))
    (local.set $value
      (f64.mul
        (f64.convert_i64_u (local.get $sum))
        (f64.load (i32.shl (i32.sub (local.get $decimals) (local.get $kept)) (i32.const 3)))))
    (if (f64.gt (local.get $value) (f64.const 9007199254740991)) (then (return (i32.const -1))))
    (f64.store (local.get $out) (local.get $value))
    (local.get $at))

  ;; 2026-09-12T15:48:32.364945Z with three to nine digits of a second: the date as the number 20260912 and the milliseconds of the
  ;; day, cut, as two float64 at $out. Whether there is such a date is for the caller to know.
  (func $instant (param $at i32) (param $out i32) (result i32)
    (local $first v128) (local $second v128) (local $marks i32) (local $end i32) (local $clock i64) (local $hours i64) (local $minutes i64)
    (local $seconds i64)
    (local.set $first (v128.load (local.get $at)))
    (local.set $second (v128.load offset=16 (local.get $at)))
    ;; Digits and marks where they belong: ____-__-__T__:__ and :__.
    (if (i32.ne
          (i8x16.bitmask (i8x16.gt_u (i8x16.sub (local.get $first) (v128.const i64x2 0x3030303030303030 0x3030303030303030)) (v128.const i64x2 0x0909090909090909 0x0909090909090909)))
          (i32.const 0x2490))
      (then (return (i32.const -1))))
    (if (i32.ne
          (i32.and
            (i8x16.bitmask
              (i8x16.eq (local.get $first) (v128.const i8x16 0 0 0 0 45 0 0 45 0 0 84 0 0 58 0 0)))
            (i32.const 0x2490))
          (i32.const 0x2490))
      (then (return (i32.const -1))))
    (local.set $marks
      (i8x16.bitmask (i8x16.gt_u (i8x16.sub (local.get $second) (v128.const i64x2 0x3030303030303030 0x3030303030303030)) (v128.const i64x2 0x0909090909090909 0x0909090909090909))))
    (if (i32.ne (i32.and (local.get $marks) (i32.const 0x7F)) (i32.const 0x09)) (then (return (i32.const -1))))
    (if (i32.ne
          (i32.and
            (i8x16.bitmask (i8x16.eq (local.get $second) (v128.const i8x16 58 0 0 46 0 0 0 0 0 0 0 0 0 0 0 0)))
            (i32.const 0x09))
          (i32.const 0x09))
      (then (return (i32.const -1))))
    (local.set $end (i32.ctz (i32.and (local.get $marks) (i32.const 0xFFF0))))
    (if (i32.gt_u (local.get $end) (i32.const 13)) (then (return (i32.const -1))))
    (local.set $end (i32.add (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
    (if (i32.ne (i32.load8_u (local.get $end)) (i32.const 90)) (then (return (i32.const -1))))
    ;; YYYYMMDD, then hhmmSSmmm from both halves as 0000000hhmmSSsss.
    (f64.store
      (local.get $out)
      (f64.convert_i64_u
        (call $sixteenDigits
          (i8x16.swizzle
            (i8x16.sub (local.get $first) (v128.const i64x2 0x3030303030303030 0x3030303030303030))
            (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 0 1 2 3 5 6 8 9)))))
    (local.set $clock
      (call $sixteenDigits
        (v128.or
          (i8x16.swizzle
            (i8x16.sub (local.get $first) (v128.const i64x2 0x3030303030303030 0x3030303030303030))
            (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 11 12 14 15 -1 -1 -1 -1 -1))
          (i8x16.swizzle
            (i8x16.sub (local.get $second) (v128.const i64x2 0x3030303030303030 0x3030303030303030))
            (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 1 2 4 5 6)))))
    (local.set $hours (i64.div_u (local.get $clock) (i64.const 10000000)))
    (local.set $minutes (i64.rem_u (i64.div_u (local.get $clock) (i64.const 100000)) (i64.const 100)))
    (local.set $seconds (i64.rem_u (i64.div_u (local.get $clock) (i64.const 1000)) (i64.const 100)))
    (if (i64.gt_u (local.get $hours) (i64.const 23)) (then (return (i32.const -1))))
    (if (i64.gt_u (local.get $minutes) (i64.const 59)) (then (return (i32.const -1))))
    (if (i64.gt_u (local.get $seconds) (i64.const 59)) (then (return (i32.const -1))))
    (f64.store offset=8
      (local.get $out)
      (f64.convert_i64_u
        (i64.add
          (i64.mul
            (i64.add
              (i64.mul (i64.add (i64.mul (local.get $hours) (i64.const 60)) (local.get $minutes)) (i64.const 60))
              (local.get $seconds))
            (i64.const 1000))
          (i64.rem_u (local.get $clock) (i64.const 1000)))))
    (i32.add (local.get $end) (i32.const 1))))

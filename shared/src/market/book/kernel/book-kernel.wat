;; Takes the changes of one message into the window of a book side (`tick-window.ts`), as long as nothing has to move.
;;
;; A side's room: keys of four bands and their sums as float64, then a bit for each place of the window, then a float64 size for each.
;; Sizes of changes lie 32768 bytes behind their prices.
(module
  (import "env" "memory" (memory 1))

  ;; Changes $i to $count of the columns at $prices. Returns the first that was not taken: it is above the window or takes the best
  ;; level away in a way that moves the window. Those below the window are not taken either, but listed: they have nothing to do with
  ;; those inside. At $out: the best offset, by how many the levels grew, deletions of levels that were not there, lowest word that
  ;; was touched, how many are listed, all i32; from 64 on the list as i32. There too, from 24 on as float64: the highest key that was
  ;; changed, before and after; the key of the window's first place; the sign of keys; the outermost key of a band; the units of price
  ;; times size in a cent. Numbers with a fraction would be boxed on their way in.
  (func (export "apply")
    (param $room i32) (param $width i32) (param $best i32) (param $low i32) (param $prices i32) (param $i i32) (param $count i32)
    (param $out i32) (result i32)
    (local $base f64) (local $sign f64) (local $changed f64) (local $widest f64) (local $unitsPerCent f64)
    (local $sizes i32) (local $price f64) (local $size f64) (local $key f64) (local $offset f64) (local $place i32) (local $word i32)
    (local $before f64) (local $grown i32) (local $absent i32) (local $is i32) (local $was i32) (local $bits i32) (local $next i32)
    (local $far i32)
    (local.set $changed (f64.load offset=24 (local.get $out)))
    (local.set $base (f64.load offset=32 (local.get $out)))
    (local.set $sign (f64.load offset=40 (local.get $out)))
    (local.set $widest (f64.load offset=48 (local.get $out)))
    (local.set $unitsPerCent (f64.load offset=56 (local.get $out)))
    (local.set $sizes (i32.add (i32.add (local.get $room) (i32.const 64)) (i32.shr_u (local.get $width) (i32.const 3))))
    (block $stop
      (br_if $stop (i32.lt_s (local.get $best) (i32.const 0)))
      (loop $change
        (br_if $stop (i32.ge_s (local.get $i) (local.get $count)))
        (local.set $place (i32.add (local.get $prices) (i32.shl (local.get $i) (i32.const 3))))
        (local.set $price (f64.load (local.get $place)))
        (local.set $size (f64.load offset=32768 (local.get $place)))
        (local.set $key (f64.mul (local.get $price) (local.get $sign)))
        (local.set $offset (f64.sub (local.get $key) (local.get $base)))
        (if (f64.lt (local.get $offset) (f64.const 0))
          (then
            (i32.store offset=64 (i32.add (local.get $out) (i32.shl (local.get $far) (i32.const 2))) (local.get $i))
            (local.set $far (i32.add (local.get $far) (i32.const 1)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $change)))
        (br_if $stop (i32.eqz (f64.lt (local.get $offset) (f64.convert_i32_s (local.get $width)))))
        (local.set $place (i32.trunc_f64_s (local.get $offset)))
        (local.set $word
          (i32.add (local.get $room) (i32.shl (i32.shr_u (local.get $place) (i32.const 5)) (i32.const 2))))
        (local.set $before (f64.load (i32.add (local.get $sizes) (i32.shl (local.get $place) (i32.const 3)))))
        (local.set $is (f64.ne (local.get $size) (f64.const 0)))
        (local.set $was (f64.ne (local.get $before) (f64.const 0)))
        (local.set $next (local.get $best))
        (if (i32.ge_s (local.get $place) (local.get $best))
          (then
            (if (local.get $is)
              (then (local.set $next (local.get $place)))
              (else
                (if (local.get $was)
                  (then
                    ;; The best level goes: the next one below, unless it is so low that the window should move.
                    (local.set $next
                      (call $below (i32.add (local.get $room) (i32.const 64)) (local.get $place)))
                    (br_if $stop (i32.lt_s (local.get $next) (i32.shr_u (local.get $width) (i32.const 2))))))))))
        (if (f64.ge (local.get $key) (local.get $widest))
          (then
            (br_if $stop
              (i32.eqz
                (call $countInBands
                  (local.get $room)
                  (local.get $key)
                  (f64.mul (local.get $price) (local.get $before))
                  (f64.mul (local.get $price) (local.get $size))
                  (local.get $unitsPerCent))))))
        (local.set $best (local.get $next))
        (f64.store (i32.add (local.get $sizes) (i32.shl (local.get $place) (i32.const 3))) (local.get $size))
        (i32.store offset=64
          (local.get $word)
          (i32.xor
            (i32.load offset=64 (local.get $word))
            (i32.shl (i32.xor (local.get $is) (local.get $was)) (local.get $place))))
        (local.set $bits (i32.shr_u (local.get $place) (i32.const 5)))
        (local.set $low (select (local.get $bits) (local.get $low) (i32.lt_u (local.get $bits) (local.get $low))))
        (local.set $grown (i32.sub (i32.add (local.get $grown) (local.get $is)) (local.get $was)))
        (local.set $absent (i32.add (local.get $absent) (i32.eqz (i32.or (local.get $is) (local.get $was)))))
        (if (f64.gt (local.get $key) (local.get $changed)) (then (local.set $changed (local.get $key))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $change)))
    (i32.store (local.get $out) (local.get $best))
    (i32.store offset=4 (local.get $out) (local.get $grown))
    (i32.store offset=8 (local.get $out) (local.get $absent))
    (i32.store offset=12 (local.get $out) (local.get $low))
    (i32.store offset=16 (local.get $out) (local.get $far))
    (f64.store offset=24 (local.get $out) (local.get $changed))
    (local.get $i))

  ;; Highest place below $from whose bit is set, -1 when there is none.
  (func $below (param $words i32) (param $from i32) (result i32)
    (local $word i32) (local $bits i32)
    (local.set $word (i32.shr_u (local.get $from) (i32.const 5)))
    (local.set $bits
      (i32.and
        (i32.load (i32.add (local.get $words) (i32.shl (local.get $word) (i32.const 2))))
        (i32.sub (i32.shl (i32.const 1) (local.get $from)) (i32.const 1))))
    (block $found
      (loop $next
        (br_if $found (local.get $bits))
        (if (i32.eqz (local.get $word)) (then (return (i32.const -1))))
        (local.set $word (i32.sub (local.get $word) (i32.const 1)))
        (local.set $bits (i32.load (i32.add (local.get $words) (i32.shl (local.get $word) (i32.const 2)))))
        (br $next)))
    (i32.sub
      (i32.add (i32.shl (local.get $word) (i32.const 5)) (i32.const 31))
      (i32.clz (local.get $bits))))

  ;; Adds what a change is worth to each band that its key is in; 0 and nothing done where a float64 could not hold its exact worth
  ;; (`notional.ts` says how it is rounded). A band whose sum it could not hold is given up: its key becomes infinite.
  (func $countInBands (param $room i32) (param $key f64) (param $before f64) (param $after f64) (param $scale f64) (result i32)
    (local $cents f64) (local $sum f64) (local $band i32)
    (if (i32.eqz
          (i32.and
            (i32.and
              (f64.lt (local.get $before) (f64.const 4503599627370496))
              (f64.lt (local.get $after) (f64.const 4503599627370496)))
            (i32.and
              (f64.ge (local.get $scale) (f64.const 1))
              (f64.lt (local.get $scale) (f64.const 4503599627370496)))))
      (then (return (i32.const 0))))
    (local.set $cents
      (f64.sub
        (f64.floor
          (f64.div (f64.add (local.get $after) (f64.mul (local.get $scale) (f64.const 0.5))) (local.get $scale)))
        (f64.floor
          (f64.div (f64.add (local.get $before) (f64.mul (local.get $scale) (f64.const 0.5))) (local.get $scale)))))
    (loop $next
      (if (f64.ge (local.get $key) (f64.load (local.get $room)))
        (then
          (local.set $sum (f64.add (f64.load offset=32 (local.get $room)) (local.get $cents)))
          (if (f64.gt (local.get $sum) (f64.const 9007199254740991))
            (then
              (f64.store (local.get $room) (f64.const inf))
              (local.set $sum (f64.const 0))))
          (f64.store offset=32 (local.get $room) (local.get $sum))))
      (local.set $room (i32.add (local.get $room) (i32.const 8)))
      (local.set $band (i32.add (local.get $band) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $band) (i32.const 4))))
    (i32.const 1)))

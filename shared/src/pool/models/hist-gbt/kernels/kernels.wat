;; Inner loops of the histogram trees (pool spec §13). All pointers are byte offsets into the imported memory.
;;
;; A histogram holds, per column, 256 bins of 16 bytes: the gradient sum and the row count, both f64, so that one 128-bit
;; addition updates a bin. Sums are exact (multiples of 2^-32 below 2^21), so no order of additions can change a bit.
;; A column table lists the byte offset of each column's bins (one byte a row); its length is a multiple of three. Three columns
;; a pass: one load of row and gradient serves all three, and rows of one bin, which come in runs, wait less for each other.
(module
  (import "env" "memory" (memory 1))

  ;; Adds every row to a histogram whose counts are in place: bin sums only.
  (func (export "addAllRows")
    (param $table i32) (param $columns i32) (param $gradient i32) (param $rows i32) (param $histogram i32)
    (local $a i32) (local $b i32) (local $c i32) (local $row i32) (local $g f64) (local $p i32)
    (loop $group
      (local.set $a (i32.load (local.get $table)))
      (local.set $b (i32.load offset=4 (local.get $table)))
      (local.set $c (i32.load offset=8 (local.get $table)))
      (local.set $row (i32.const 0))
      (loop $next
        (local.set $g (f64.load (i32.add (local.get $gradient) (i32.shl (local.get $row) (i32.const 3)))))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $a) (local.get $row))) (i32.const 4))))
        (f64.store (local.get $p) (f64.add (f64.load (local.get $p)) (local.get $g)))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $b) (local.get $row))) (i32.const 4))))
        (f64.store offset=4096 (local.get $p) (f64.add (f64.load offset=4096 (local.get $p)) (local.get $g)))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $c) (local.get $row))) (i32.const 4))))
        (f64.store offset=8192 (local.get $p) (f64.add (f64.load offset=8192 (local.get $p)) (local.get $g)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $row) (local.get $rows))))
      (local.set $table (i32.add (local.get $table) (i32.const 12)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 12288)))
      (local.set $columns (i32.sub (local.get $columns) (i32.const 3)))
      (br_if $group (local.get $columns))))

  ;; Fills a histogram with the rows listed; gathered[k] is the gradient of row order[k].
  (func (export "fillHistogram")
    (param $table i32) (param $columns i32) (param $order i32) (param $gathered i32) (param $rows i32) (param $histogram i32)
    (local $a i32) (local $b i32) (local $c i32) (local $k i32) (local $row i32) (local $entry v128) (local $p i32)
    (memory.fill (local.get $histogram) (i32.const 0) (i32.shl (local.get $columns) (i32.const 12)))
    (loop $group
      (local.set $a (i32.load (local.get $table)))
      (local.set $b (i32.load offset=4 (local.get $table)))
      (local.set $c (i32.load offset=8 (local.get $table)))
      (local.set $k (i32.const 0))
      (loop $next
        (local.set $row (i32.load (i32.add (local.get $order) (i32.shl (local.get $k) (i32.const 2)))))
        (local.set $entry (f64x2.replace_lane 0 (v128.const f64x2 0 1)
          (f64.load (i32.add (local.get $gathered) (i32.shl (local.get $k) (i32.const 3))))))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $a) (local.get $row))) (i32.const 4))))
        (v128.store (local.get $p) (f64x2.add (v128.load (local.get $p)) (local.get $entry)))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $b) (local.get $row))) (i32.const 4))))
        (v128.store offset=4096 (local.get $p) (f64x2.add (v128.load offset=4096 (local.get $p)) (local.get $entry)))
        (local.set $p (i32.add (local.get $histogram)
          (i32.shl (i32.load8_u (i32.add (local.get $c) (local.get $row))) (i32.const 4))))
        (v128.store offset=8192 (local.get $p) (f64x2.add (v128.load offset=8192 (local.get $p)) (local.get $entry)))
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $k) (local.get $rows))))
      (local.set $table (i32.add (local.get $table) (i32.const 12)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 12288)))
      (local.set $columns (i32.sub (local.get $columns) (i32.const 3)))
      (br_if $group (local.get $columns))))

  ;; Turns a parent's histogram into that of the child other than $child.
  (func (export "subtractHistogram") (param $parent i32) (param $child i32) (param $columns i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $parent) (i32.shl (local.get $columns) (i32.const 12))))
    (loop $next
      (v128.store (local.get $parent) (f64x2.sub (v128.load (local.get $parent)) (v128.load (local.get $child))))
      (v128.store offset=16 (local.get $parent)
        (f64x2.sub (v128.load offset=16 (local.get $parent)) (v128.load offset=16 (local.get $child))))
      (local.set $parent (i32.add (local.get $parent) (i32.const 32)))
      (local.set $child (i32.add (local.get $child) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $parent) (local.get $end)))))

  ;; Best split of a leaf, written to $best as f64: gain (0 = none), column position, bin, left sum, left rows.
  ;; $lastBins lists, per column, the byte offset of its last bin: the end of the bins a split can follow.
  ;; The gain equals (GL·n − G·nL)²/(n·nL·nR); that form needs no division and sorts out nearly every bin. The slack only
  ;; lets doubtful ones through to the exact formula, so it cannot change the result.
  (func (export "findSplit")
    (param $histogram i32) (param $lastBins i32) (param $columns i32)
    (param $total f64) (param $rows f64) (param $minRows f64) (param $best i32)
    (local $whole f64) (local $bar f64) (local $gain f64) (local $bestGain f64)
    (local $position i32) (local $p i32) (local $end i32)
    (local $left v128) (local $leftSum f64) (local $leftRows f64) (local $rightSum f64) (local $rightRows f64) (local $skew f64)
    (f64.store (local.get $best) (f64.const 0))
    (local.set $whole (f64.div (f64.mul (local.get $total) (local.get $total)) (local.get $rows)))
    (local.set $bestGain (f64.const 1e-12))
    (local.set $bar (f64.mul (local.get $rows) (f64.sub (local.get $bestGain)
      (f64.mul (f64.const 1e-9) (f64.add (local.get $whole) (local.get $bestGain))))))
    (loop $column
      (local.set $p (local.get $histogram))
      (local.set $end (i32.add (local.get $histogram) (i32.load (local.get $lastBins))))
      (local.set $left (v128.const f64x2 0 0))
      (block $done
        (loop $bin
          (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
          (local.set $left (f64x2.add (local.get $left) (v128.load (local.get $p))))
          (local.set $leftSum (f64x2.extract_lane 0 (local.get $left)))
          (local.set $leftRows (f64x2.extract_lane 1 (local.get $left)))
          (local.set $rightRows (f64.sub (local.get $rows) (local.get $leftRows)))
          (local.set $p (i32.add (local.get $p) (i32.const 16)))
          (local.set $skew (f64.sub (f64.mul (local.get $leftSum) (local.get $rows))
            (f64.mul (local.get $total) (local.get $leftRows))))
          (br_if $bin (f64.le (f64.mul (local.get $skew) (local.get $skew))
            (f64.mul (local.get $bar) (f64.mul (local.get $leftRows) (local.get $rightRows)))))
          (br_if $bin (f64.lt (local.get $leftRows) (local.get $minRows)))
          (br_if $done (f64.lt (local.get $rightRows) (local.get $minRows)))
          (local.set $rightSum (f64.sub (local.get $total) (local.get $leftSum)))
          (local.set $gain (f64.sub
            (f64.add
              (f64.div (f64.mul (local.get $leftSum) (local.get $leftSum)) (local.get $leftRows))
              (f64.div (f64.mul (local.get $rightSum) (local.get $rightSum)) (local.get $rightRows)))
            (local.get $whole)))
          (br_if $bin (f64.le (local.get $gain) (local.get $bestGain)))
          (local.set $bestGain (local.get $gain))
          (local.set $bar (f64.mul (local.get $rows) (f64.sub (local.get $gain)
            (f64.mul (f64.const 1e-9) (f64.add (local.get $whole) (local.get $gain))))))
          (f64.store (local.get $best) (local.get $gain))
          (f64.store offset=8 (local.get $best) (f64.convert_i32_u (local.get $position)))
          (f64.store offset=16 (local.get $best) (f64.convert_i32_u
            (i32.sub (i32.shr_u (i32.sub (local.get $p) (local.get $histogram)) (i32.const 4)) (i32.const 1))))
          (f64.store offset=24 (local.get $best) (local.get $leftSum))
          (f64.store offset=32 (local.get $best) (local.get $leftRows))
          (br $bin)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 4096)))
      (local.set $lastBins (i32.add (local.get $lastBins) (i32.const 4)))
      (local.set $position (i32.add (local.get $position) (i32.const 1)))
      (br_if $column (i32.lt_u (local.get $position) (local.get $columns)))))

  ;; Moves the rows with bin ≤ $bin to the front of order[0 … rows); both sides keep their order.
  (func (export "partition")
    (param $order i32) (param $rows i32) (param $bins i32) (param $bin i32) (param $spill i32)
    (local $end i32) (local $from i32) (local $to i32) (local $row i32) (local $right i32)
    (local.set $end (i32.add (local.get $order) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $from (local.get $order))
    (local.set $to (local.get $spill))
    (loop $next
      (local.set $row (i32.load (local.get $from)))
      (local.set $right (i32.shl
        (i32.gt_u (i32.load8_u (i32.add (local.get $bins) (local.get $row))) (local.get $bin)) (i32.const 2)))
      (i32.store (local.get $order) (local.get $row))
      (i32.store (local.get $to) (local.get $row))
      (local.set $order (i32.add (local.get $order) (i32.sub (i32.const 4) (local.get $right))))
      (local.set $to (i32.add (local.get $to) (local.get $right)))
      (local.set $from (i32.add (local.get $from) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (memory.copy (local.get $order) (local.get $spill) (i32.sub (local.get $to) (local.get $spill))))
)

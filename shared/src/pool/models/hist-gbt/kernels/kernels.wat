;; Inner loops of the histogram trees (pool spec §13). All pointers are byte offsets into the imported memory.
;;
;; A histogram holds, per column, 256 bins of 16 bytes: the gradient sum and the row count, both f64, so that one 128-bit
;; addition updates a bin. Sums are exact (multiples of 2^-32 below 2^21), so no order of additions can change a bit.
;; Columns go in groups of four. A group is packed as the four bins of each row side by side: one 32-bit load serves four
;; updates. It is summed in a scratch histogram at address 0, which stays in the first-level cache and whose place is a constant
;; of the code; between calls the scratch is all zero.
(module
  (import "env" "memory" (memory 1))

  ;; Packs the columns listed in $table (byte offsets of their bins, one byte a row). $rows is a multiple of sixteen.
  (func (export "packColumns") (param $table i32) (param $groups i32) (param $rows i32) (param $packed i32)
    (local $row i32) (local $a v128) (local $b v128) (local $low v128) (local $high v128)
    (local $c v128) (local $d v128) (local $low2 v128) (local $high2 v128)
    (loop $group
      (local.set $row (i32.const 0))
      (loop $next
        (local.set $a (v128.load (i32.add (i32.load (local.get $table)) (local.get $row))))
        (local.set $b (v128.load (i32.add (i32.load offset=4 (local.get $table)) (local.get $row))))
        (local.set $c (v128.load (i32.add (i32.load offset=8 (local.get $table)) (local.get $row))))
        (local.set $d (v128.load (i32.add (i32.load offset=12 (local.get $table)) (local.get $row))))
        (local.set $low (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $b)))
        (local.set $high (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $a) (local.get $b)))
        (local.set $low2 (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $c) (local.get $d)))
        (local.set $high2 (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $c) (local.get $d)))
        (v128.store (local.get $packed)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $low2)))
        (v128.store offset=16 (local.get $packed)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $low2)))
        (v128.store offset=32 (local.get $packed)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $high) (local.get $high2)))
        (v128.store offset=48 (local.get $packed)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $high) (local.get $high2)))
        (local.set $packed (i32.add (local.get $packed) (i32.const 64)))
        (local.set $row (i32.add (local.get $row) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $row) (local.get $rows))))
      (local.set $table (i32.add (local.get $table) (i32.const 16)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $group (local.get $groups))))

  ;; Writes y − F rounded to 2^-32 and, to $result, the largest size and the sum as f64; the size is NaN when a residual or the sum is not finite.
  ;; $rows is even.
  (func (export "writeResiduals")
    (param $target i32) (param $fitted i32) (param $gradient i32) (param $rows i32) (param $result i32)
    (local $end i32) (local $g v128) (local $largest v128) (local $sum v128) (local $total f64)
    (local.set $end (i32.add (local.get $target) (i32.shl (local.get $rows) (i32.const 3))))
    (loop $next
      (local.set $g (f64x2.mul
        (f64x2.floor (f64x2.add
          (f64x2.mul
            (f64x2.sub (v128.load (local.get $target)) (v128.load (local.get $fitted)))
            (v128.const f64x2 4294967296 4294967296))
          (v128.const f64x2 0.5 0.5)))
        (v128.const f64x2 0x1p-32 0x1p-32)))
      (v128.store (local.get $gradient) (local.get $g))
      ;; pmax is one instruction where max is ten; it passes over NaN, which the sum keeps.
      (local.set $largest (f64x2.pmax (local.get $largest) (f64x2.abs (local.get $g))))
      (local.set $sum (f64x2.add (local.get $sum) (local.get $g)))
      (local.set $target (i32.add (local.get $target) (i32.const 16)))
      (local.set $fitted (i32.add (local.get $fitted) (i32.const 16)))
      (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $target) (local.get $end))))
    (local.set $total (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))
    (f64.store (local.get $result) (f64.add
      (f64.max (f64x2.extract_lane 0 (local.get $largest)) (f64x2.extract_lane 1 (local.get $largest)))
      (f64.sub (local.get $total) (local.get $total))))
    (f64.store offset=8 (local.get $result) (local.get $total)))

  ;; fitted[row] += $step for the rows listed.
  (func (export "addStep") (param $order i32) (param $rows i32) (param $step f64) (param $fitted i32)
    (local $end i32) (local $p i32)
    (local.set $end (i32.add (local.get $order) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $next
      (local.set $p (i32.add (local.get $fitted) (i32.shl (i32.load (local.get $order)) (i32.const 3))))
      (f64.store (local.get $p) (f64.add (f64.load (local.get $p)) (local.get $step)))
      (local.set $order (i32.add (local.get $order) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $order) (local.get $end)))))

  ;; Histogram of all rows over some groups of columns. $counts lists, per column, the offset of its histogram with the counts in place and sums 0.
  (func (export "fillRoot")
    (param $packed i32) (param $groupBytes i32) (param $groups i32) (param $counts i32)
    (param $gradient i32) (param $rows i32) (param $histogram i32)
    (local $row i32) (local $end i32) (local $at i32) (local $g f64) (local $p i32)
    (loop $group
      (memory.copy (i32.const 0) (i32.load (local.get $counts)) (i32.const 4096))
      (memory.copy (i32.const 4096) (i32.load offset=4 (local.get $counts)) (i32.const 4096))
      (memory.copy (i32.const 8192) (i32.load offset=8 (local.get $counts)) (i32.const 4096))
      (memory.copy (i32.const 12288) (i32.load offset=12 (local.get $counts)) (i32.const 4096))
      (local.set $row (local.get $packed))
      (local.set $end (i32.add (local.get $packed) (i32.shl (local.get $rows) (i32.const 2))))
      (local.set $at (local.get $gradient))
      (loop $next
        (local.set $g (f64.load (local.get $at)))
        (local.set $p (i32.shl (i32.load8_u (local.get $row)) (i32.const 4)))
        (f64.store (local.get $p) (f64.add (f64.load (local.get $p)) (local.get $g)))
        (local.set $p (i32.shl (i32.load8_u offset=1 (local.get $row)) (i32.const 4)))
        (f64.store offset=4096 (local.get $p) (f64.add (f64.load offset=4096 (local.get $p)) (local.get $g)))
        (local.set $p (i32.shl (i32.load8_u offset=2 (local.get $row)) (i32.const 4)))
        (f64.store offset=8192 (local.get $p) (f64.add (f64.load offset=8192 (local.get $p)) (local.get $g)))
        (local.set $p (i32.shl (i32.load8_u offset=3 (local.get $row)) (i32.const 4)))
        (f64.store offset=12288 (local.get $p) (f64.add (f64.load offset=12288 (local.get $p)) (local.get $g)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $row (i32.add (local.get $row) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $row) (local.get $end))))
      (memory.copy (local.get $histogram) (i32.const 0) (i32.const 16384))
      (local.set $packed (i32.add (local.get $packed) (local.get $groupBytes)))
      (local.set $counts (i32.add (local.get $counts) (i32.const 16)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 16384)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $group (local.get $groups)))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 16384)))

  ;; A search record holds what a leaf is and the best split found so far, eight f64: gradient sum, rows, G²/n, gain, column
  ;; position, bin, left sum, left rows (0 = none found). The bar of a leaf with too few rows cannot be taken.
  (func $openBar (param $search i32) (param $minRows f64) (result f64)
    (if (result f64) (f64.lt (f64.load offset=8 (local.get $search)) (f64.mul (f64.const 2) (local.get $minRows)))
      (then (f64.const inf))
      (else (call $bar (local.get $search)))))

  ;; The gain of a split equals (GL·n − G·nL)²/(n·nL·nR). A split can only beat the best one when (GL·n − G·nL)² exceeds the bar
  ;; times nL·nR: that needs no division and sorts out nearly every bin. The slack lets doubtful ones through to the exact
  ;; formula, so it cannot change the result.
  (func $bar (param $search i32) (result f64)
    (local $gain f64)
    (local.set $gain (f64.load offset=24 (local.get $search)))
    (f64.mul (f64.load offset=8 (local.get $search))
      (f64.sub (local.get $gain)
        (f64.mul (f64.const 1e-9) (f64.add (f64.load offset=16 (local.get $search)) (local.get $gain))))))

  ;; Notes a split when it is allowed and better than the best so far; returns the bar.
  (func $consider
    (param $search i32) (param $leftSum f64) (param $leftRows f64) (param $minRows f64) (param $position i32) (param $bin i32)
    (result f64)
    (local $rightSum f64) (local $rightRows f64) (local $gain f64)
    (local.set $rightRows (f64.sub (f64.load offset=8 (local.get $search)) (local.get $leftRows)))
    (local.set $rightSum (f64.sub (f64.load (local.get $search)) (local.get $leftSum)))
    (if (i32.and
        (f64.ge (local.get $leftRows) (local.get $minRows))
        (f64.ge (local.get $rightRows) (local.get $minRows)))
      (then
        (local.set $gain (f64.sub
          (f64.add
            (f64.div (f64.mul (local.get $leftSum) (local.get $leftSum)) (local.get $leftRows))
            (f64.div (f64.mul (local.get $rightSum) (local.get $rightSum)) (local.get $rightRows)))
          (f64.load offset=16 (local.get $search))))
        (if (f64.gt (local.get $gain) (f64.load offset=24 (local.get $search)))
          (then
            (f64.store offset=24 (local.get $search) (local.get $gain))
            (f64.store offset=32 (local.get $search) (f64.convert_i32_u (local.get $position)))
            (f64.store offset=40 (local.get $search) (f64.convert_i32_u (local.get $bin)))
            (f64.store offset=48 (local.get $search) (local.get $leftSum))
            (f64.store offset=56 (local.get $search) (local.get $leftRows))))))
    (call $bar (local.get $search)))

  ;; Best split of one leaf. $lastBins lists, per column, the byte offset of its last bin.
  (func (export "findSplit")
    (param $histogram i32) (param $lastBins i32) (param $columns i32) (param $search i32) (param $minRows f64)
    (local $bar f64) (local $total f64) (local $rows f64) (local $position i32) (local $p i32) (local $end i32)
    (local $left v128) (local $leftSum f64) (local $leftRows f64) (local $skew f64)
    (local.set $bar (call $openBar (local.get $search) (local.get $minRows)))
    (local.set $total (f64.load (local.get $search)))
    (local.set $rows (f64.load offset=8 (local.get $search)))
    (loop $column
      (local.set $p (local.get $histogram))
      (local.set $end (i32.add (local.get $histogram) (i32.load (local.get $lastBins))))
      (local.set $left (v128.const f64x2 0 0))
      (loop $bin
        (local.set $left (f64x2.add (local.get $left) (v128.load (local.get $p))))
        (local.set $leftSum (f64x2.extract_lane 0 (local.get $left)))
        (local.set $leftRows (f64x2.extract_lane 1 (local.get $left)))
        (local.set $skew (f64.sub
          (f64.mul (local.get $leftSum) (local.get $rows))
          (f64.mul (local.get $total) (local.get $leftRows))))
        (if (f64.gt (f64.mul (local.get $skew) (local.get $skew))
            (f64.mul (local.get $bar) (f64.mul (local.get $leftRows) (f64.sub (local.get $rows) (local.get $leftRows)))))
          (then
            (local.set $bar (call $consider (local.get $search) (local.get $leftSum) (local.get $leftRows) (local.get $minRows)
              (local.get $position) (i32.shr_u (i32.sub (local.get $p) (local.get $histogram)) (i32.const 4))))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br_if $bin (i32.le_u (local.get $p) (local.get $end))))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 4096)))
      (local.set $lastBins (i32.add (local.get $lastBins) (i32.const 4)))
      (local.set $position (i32.add (local.get $position) (i32.const 1)))
      (br_if $column (i32.lt_u (local.get $position) (local.get $columns)))))

  ;; The entry of a row is its gradient and 1. Entries of the rows listed.
  (func (export "gatherEntries") (param $order i32) (param $rows i32) (param $gradient i32) (param $entries i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $order) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $next
      (v128.store (local.get $entries)
        (f64x2.replace_lane 0 (v128.const f64x2 0 1)
          (f64.load (i32.add (local.get $gradient) (i32.shl (i32.load (local.get $order)) (i32.const 3))))))
      (local.set $entries (i32.add (local.get $entries) (i32.const 16)))
      (local.set $order (i32.add (local.get $order) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $order) (local.get $end)))))

  ;; Sums of the entries of the rows listed, ascending, per run. $runOf holds per row the byte offset of its run's sum.
  (func (export "sumRunEntries")
    (param $order i32) (param $rows i32) (param $entries i32) (param $runOf i32) (param $sums i32) (param $runs i32)
    (local $end i32) (local $run i32) (local $p i32) (local $sum v128)
    (memory.fill (local.get $sums) (i32.const 0) (i32.shl (local.get $runs) (i32.const 4)))
    (local.set $end (i32.add (local.get $order) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $p (local.get $sums))
    (loop $next
      (local.set $run (i32.add (local.get $sums)
        (i32.load (i32.add (local.get $runOf) (i32.shl (i32.load (local.get $order)) (i32.const 2))))))
      (if (i32.ne (local.get $run) (local.get $p))
        (then
          (v128.store (local.get $p) (local.get $sum))
          (local.set $sum (v128.const f64x2 0 0))
          (local.set $p (local.get $run))))
      (local.set $sum (f64x2.add (local.get $sum) (v128.load (local.get $entries))))
      (local.set $entries (i32.add (local.get $entries) (i32.const 16)))
      (local.set $order (i32.add (local.get $order) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $order) (local.get $end))))
    (v128.store (local.get $p) (local.get $sum)))

  ;; Sum of the gradients of all rows of each run. $starts lists the byte offset of each run's first gradient and where the last ends.
  (func (export "sumRuns") (param $gradient i32) (param $starts i32) (param $runs i32) (param $sums i32)
    (local $at i32) (local $end i32) (local $lastStart i32) (local $sum f64)
    (local.set $lastStart (i32.add (local.get $starts) (i32.shl (local.get $runs) (i32.const 2))))
    (local.set $at (local.get $gradient))
    (loop $run
      (local.set $starts (i32.add (local.get $starts) (i32.const 4)))
      (local.set $end (i32.add (local.get $gradient) (i32.load (local.get $starts))))
      (local.set $sum (f64.const 0))
      (loop $next
        (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (f64.store (local.get $sums) (local.get $sum))
      (local.set $sums (i32.add (local.get $sums) (i32.const 8)))
      (br_if $run (i32.lt_u (local.get $starts) (local.get $lastStart)))))

  ;; Histograms and best splits of two siblings over some groups of columns, the first of them at $position: $small gets the sums of
  ;; the rows listed, whose $entries stand in the same order; $large holds the parent's histogram and ends as that of the other
  ;; child. $searches are their two search records, the small one's first. Both are searched in one go, a child a lane. The loop over
  ;; the bins calls nothing: around a call the compiler would keep its sums on the stack.
  (func (export "splitSiblings")
    (param $packed i32) (param $groupBytes i32) (param $groups i32) (param $lastBins i32) (param $position i32)
    (param $order i32) (param $rows i32) (param $entries i32) (param $small i32) (param $large i32)
    (param $searches i32) (param $minRows f64)
    (local $k i32) (local $end i32) (local $at i32) (local $row i32) (local $last i32) (local $p i32) (local $column i32)
    (local $entry v128) (local $rest v128) (local $bar v128) (local $total v128) (local $all v128)
    (local $leftSum v128) (local $leftRows v128) (local $skew v128) (local $better i32) (local $bin i32)
    (local.set $bar (f64x2.replace_lane 1
      (f64x2.splat (call $openBar (local.get $searches) (local.get $minRows)))
      (call $openBar (i32.add (local.get $searches) (i32.const 64)) (local.get $minRows))))
    (local.set $total (f64x2.replace_lane 1 (v128.load64_splat (local.get $searches)) (f64.load offset=64 (local.get $searches))))
    (local.set $all
      (f64x2.replace_lane 1 (v128.load64_splat offset=8 (local.get $searches)) (f64.load offset=72 (local.get $searches))))
    (local.set $end (i32.add (local.get $order) (i32.shl (local.get $rows) (i32.const 2))))
    (loop $group
      (local.set $k (local.get $order))
      (local.set $at (local.get $entries))
      (loop $next
        (local.set $row (i32.add (local.get $packed) (i32.shl (i32.load (local.get $k)) (i32.const 2))))
        (local.set $entry (v128.load (local.get $at)))
        (local.set $p (i32.shl (i32.load8_u (local.get $row)) (i32.const 4)))
        (v128.store (local.get $p) (f64x2.add (v128.load (local.get $p)) (local.get $entry)))
        (local.set $p (i32.shl (i32.load8_u offset=1 (local.get $row)) (i32.const 4)))
        (v128.store offset=4096 (local.get $p) (f64x2.add (v128.load offset=4096 (local.get $p)) (local.get $entry)))
        (local.set $p (i32.shl (i32.load8_u offset=2 (local.get $row)) (i32.const 4)))
        (v128.store offset=8192 (local.get $p) (f64x2.add (v128.load offset=8192 (local.get $p)) (local.get $entry)))
        (local.set $p (i32.shl (i32.load8_u offset=3 (local.get $row)) (i32.const 4)))
        (v128.store offset=12288 (local.get $p) (f64x2.add (v128.load offset=12288 (local.get $p)) (local.get $entry)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $k (i32.add (local.get $k) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $k) (local.get $end))))
      (local.set $column (i32.const 0))
      (loop $column
        (local.set $p (local.get $column))
        (local.set $last (i32.add (local.get $column) (i32.load (local.get $lastBins))))
        (local.set $leftSum (v128.const f64x2 0 0))
        (local.set $leftRows (v128.const f64x2 0 0))
        (block $columnDone
          (loop $resume
            (block $found
              (loop $bin
                (local.set $entry (v128.load (local.get $p)))
                (local.set $rest (f64x2.sub (v128.load (i32.add (local.get $large) (local.get $p))) (local.get $entry)))
                (v128.store (local.get $p) (v128.const f64x2 0 0))
                (v128.store (i32.add (local.get $small) (local.get $p)) (local.get $entry))
                (v128.store (i32.add (local.get $large) (local.get $p)) (local.get $rest))
                (local.set $leftSum (f64x2.add (local.get $leftSum)
                  (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $entry) (local.get $rest))))
                (local.set $leftRows (f64x2.add (local.get $leftRows)
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $entry) (local.get $rest))))
                (local.set $skew (f64x2.sub
                  (f64x2.mul (local.get $leftSum) (local.get $all))
                  (f64x2.mul (local.get $total) (local.get $leftRows))))
                (local.set $better (i64x2.bitmask (f64x2.gt
                  (f64x2.mul (local.get $skew) (local.get $skew))
                  (f64x2.mul (local.get $bar)
                    (f64x2.mul (local.get $leftRows) (f64x2.sub (local.get $all) (local.get $leftRows)))))))
                (local.set $p (i32.add (local.get $p) (i32.const 16)))
                (br_if $found (local.get $better))
                (br_if $bin (i32.le_u (local.get $p) (local.get $last))))
              (br $columnDone))
            (local.set $bin (i32.sub (i32.shr_u (i32.sub (local.get $p) (local.get $column)) (i32.const 4)) (i32.const 1)))
            (if (i32.and (local.get $better) (i32.const 1))
              (then
                (local.set $bar (f64x2.replace_lane 0 (local.get $bar) (call $consider (local.get $searches)
                  (f64x2.extract_lane 0 (local.get $leftSum)) (f64x2.extract_lane 0 (local.get $leftRows)) (local.get $minRows)
                  (local.get $position) (local.get $bin))))))
            (if (i32.and (local.get $better) (i32.const 2))
              (then
                (local.set $bar (f64x2.replace_lane 1 (local.get $bar) (call $consider (i32.add (local.get $searches) (i32.const 64))
                  (f64x2.extract_lane 1 (local.get $leftSum)) (f64x2.extract_lane 1 (local.get $leftRows)) (local.get $minRows)
                  (local.get $position) (local.get $bin))))))
            (br_if $resume (i32.le_u (local.get $p) (local.get $last)))))
        (local.set $lastBins (i32.add (local.get $lastBins) (i32.const 4)))
        (local.set $position (i32.add (local.get $position) (i32.const 1)))
        (local.set $column (i32.add (local.get $column) (i32.const 4096)))
        (br_if $column (i32.lt_u (local.get $column) (i32.const 16384))))
      (local.set $small (i32.add (local.get $small) (i32.const 16384)))
      (local.set $large (i32.add (local.get $large) (i32.const 16384)))
      (local.set $packed (i32.add (local.get $packed) (local.get $groupBytes)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $group (local.get $groups))))

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

import { expect, it } from 'vitest';
import { steadyColumns } from '#shared/pool/models/hist-gbt/steady-columns.ts';

const ROWS = 40;
const alternating = Uint8Array.from({ length: ROWS }, (_, row) => row % 2);
const perTen = Uint8Array.from({ length: ROWS }, (_, row) => Math.floor(row / 10));
const perTwenty = Uint8Array.from({ length: ROWS }, (_, row) => Math.floor(row / 20));

it('finds the last columns that change from run to run only', () => {
  expect(steadyColumns([perTen, alternating, perTwenty, perTen], ROWS)).toEqual({
    first: 2,
    starts: Int32Array.from([0, 10, 20, 30, 40]),
  });
});

it('takes no column whose runs are short on average', () => {
  expect(steadyColumns([perTen, alternating], ROWS)).toEqual({ first: 2, starts: Int32Array.from([0, 40]) });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Explain } from '#shared/contracts/explain.ts';
import { explainPool } from '#shared/pool/explain/explain-pool.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import { poolReport } from '#shared/pool/report/pool-report.ts';
import { timeAxis } from '#shared/pool/report/time-axis.ts';
import { hasShared } from '../../golden/read-csv.ts';
import { BYBIT, bybitPanels, recordedParams } from '../../golden/recorded-bybit.ts';

describe.skipIf(!hasShared(BYBIT))('the report of a recorded build', () => {
  let panel: Panel;
  let explain: Explain;
  let page: string;

  beforeAll(() => {
    const params = recordedParams('reference');
    panel = bybitPanels()(params);
    const scored = scorePool(panel, params, fitHistGbt);
    if (!scored.ok) throw new Error(scored.error.map(({ message }) => message).join('; '));
    explain = explainPool(panel, scored.value, { params, paramsSha256: 'b'.repeat(64), inputs: [] });
    page = poolReport(explain, panel);
  });

  it('asks nobody for anything and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=|https?:/i);
    expect(page).toContain("default-src 'none'");
  });

  it('shows every member with its rank, its score and a bar that is as long as the score', () => {
    for (const { symbol, final_score, rank } of [...explain.selected, ...explain.ranked]) {
      const row = page.split('\n').find((line) => line.includes(`<td class="number">${rank}</td><th scope="row">${symbol}`))!;
      expect(row).toContain(`>${final_score.toFixed(3)}<`);
      const widths = [...row.matchAll(/width="([\d.]+)" height="14"/g)].map((match) => Number(match[1]));
      expect(widths.reduce((sum, width) => sum + width, 0) / 400).toBeCloseTo(final_score, 2);
    }
  });

  it('lists every excluded symbol', () => {
    for (const { symbol } of explain.excluded) expect(page).toContain(`<th scope="row">${symbol}</th>`);
  });

  it('says the same twice and escapes what it is told', () => {
    expect(poolReport(explain, panel)).toBe(page);
    const hostile = { ...explain, warnings: [{ code: 'x', message: '<script>alert("1")</script>', symbols: [] }] };
    expect(poolReport(hostile, panel)).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  });
});

describe('timeAxis', () => {
  it('puts ticks at starts of months inside the span, few enough to read', () => {
    const axis = timeAxis(20_000, 21_000, 0, 1000, 12);
    expect(axis.ticks.map(({ label }) => label)).toEqual([
      '2025-01',
      '2025-04',
      '2025-07',
      '2025-10',
      '2026-01',
      '2026-04',
      '2026-07',
      '2026-10',
      '2027-01',
      '2027-04',
      '2027-07',
    ]);
    expect(axis.ticks.every(({ x }) => x >= 0 && x <= 1000)).toBe(true);
    expect(axis.x(20_500)).toBe(500);
  });

  it('bears a single day', () => {
    expect(timeAxis(20_000, 20_000, 0, 100, 12).x(20_000)).toBe(0);
  });
});

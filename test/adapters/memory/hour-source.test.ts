import { memoryHourSource } from '#shared/adapters/memory/hour-source.ts';
import { hourSourceLaws } from '../../laws/hour-source.ts';
import { labRows } from '../../signals/regime/regime-lab.ts';

hourSourceLaws('memory', () => {
  const rows = labRows(2);
  const first = rows.get('S00USDT')![0]!.openTimeMs;
  const source = memoryHourSource(rows, { dayVolumes: new Map([['S00USDT', 5]]) });
  return { source, symbol: 'S00USDT', fromMs: first, toMs: first + 1_050 * 3_600_000 };
});

import { describe, expect, it } from 'vitest';
import { driveSteps } from '#shared/adapters/system/drive-steps.ts';

function* counting(to: number): Generator<number, string, void> {
  for (let k = 1; k <= to; k++) yield k;
  return 'done';
}

describe('driveSteps', () => {
  it('shows every step and returns what the generator returns', async () => {
    const seen: number[] = [];
    const result = await driveSteps(counting(3), new AbortController().signal, (step) => seen.push(step));
    expect([result, seen]).toEqual(['done', [1, 2, 3]]);
  });

  it('lets others have their turn between two steps', async () => {
    const order: string[] = [];
    const work = driveSteps(counting(3), new AbortController().signal, (step) => order.push(`step ${step}`));
    setImmediate(() => order.push('another'));
    await work;
    expect(order.indexOf('another')).toBeLessThan(order.indexOf('step 3'));
  });

  it('ends with the reason of the signal, before the next step', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const work = driveSteps(counting(9), controller.signal, (step) => {
      seen.push(step);
      if (step === 2) controller.abort(new Error('enough'));
    });
    await expect(work).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2]);
  });
});

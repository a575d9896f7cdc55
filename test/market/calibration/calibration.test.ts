import { describe, expect, it } from 'vitest';
import { volumeCalibrationSchema } from '#shared/contracts/volume-calibration.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { calibrateVolumes } from '#shared/market/calibration/calibrate-volumes.ts';
import { volumeScale } from '#shared/market/calibration/volume-scale.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';

const TO = parseDay('2024-12-31')!;

function series(symbol: string, days: number, quoteVolume: (daysAgo: number) => number): CandleSeries {
  const day = Int32Array.from({ length: days }, (_, i) => TO - days + 1 + i);
  const column = new Float64Array(days).fill(1);
  const volumes = Float64Array.from(day, (d) => quoteVolume(TO - d));
  return { symbol, day, open: column, high: column, low: column, close: column, volume: column, quoteVolume: volumes };
}

const names = Array.from({ length: 11 }, (_, i) => `S${i}USDT`);
const reference = names.map((name) => series(name, 400, () => 1000));

describe('calibration of volumes', () => {
  it('is the median ratio of the last 180 days, with its evidence', () => {
    // Ratios 0.1 … 1.1; before the window everything was a thousand times larger.
    const source = names.map((name, i) => series(name, 400, (ago) => (ago < 180 ? 100 * (i + 1) : 1e8)));
    const result = calibrateVolumes('gate', source, reference, 'binance folder');
    expect(result).toEqual({
      ok: true,
      value: {
        schema: 'volume_calibration.v1',
        source: 'gate',
        reference: 'binance folder',
        scale: 0.6,
        symbols: 11,
        from: '2024-07-05',
        to: '2024-12-31',
        window_days: 180,
      },
    });
    expect(result.ok && volumeCalibrationSchema.safeParse(result.value).success).toBe(true);
  });

  it('takes only days that both sides have and leaves thin symbols out', () => {
    const source = names.map((name, i) => series(name, i === 0 ? 149 : 400, () => 500));
    const holed = reference.map((other) => ({
      ...other,
      quoteVolume: other.quoteVolume.map((q, i) => (i % 20 === 0 ? Number.NaN : q)),
    }));
    expect(calibrateVolumes('gate', source, holed, 'b')).toMatchObject({ ok: true, value: { scale: 0.5, symbols: 10 } });
  });

  it('is refused when too little is common', () => {
    const result = calibrateVolumes('gate', reference.slice(2), reference, 'b');
    expect(result).toMatchObject({ ok: false, error: { code: 'CALIBRATION_TOO_THIN', details: { symbols: 9 } } });
    expect(calibrateVolumes('gate', [], reference, 'b').ok).toBe(false);
  });
});

describe('the scale in force', () => {
  const parameters = { sim: 1, binance_spot: 1 };
  it('comes from the parameters, a calibration, or a person, and says so', () => {
    expect(volumeScale({ sourceId: 'sim', parameters })).toMatchObject({ ok: true, value: { scale: 1, origin: 'parameters' } });
    expect(volumeScale({ sourceId: 'gate', parameters, calibrated: 0.3 })).toMatchObject({
      value: { scale: 0.3, origin: 'calibration' },
    });
    expect(volumeScale({ sourceId: 'gate', parameters, calibrated: 0.3, override: 2 })).toMatchObject({
      value: { source: 'gate', scale: 2, origin: 'override' },
    });
  });

  it('is missing for an uncalibrated source, and the refusal names both ways on', () => {
    const result = volumeScale({ sourceId: 'gate', parameters });
    expect(result).toMatchObject({ ok: false, error: { code: 'SOURCE_UNCALIBRATED' } });
    expect(!result.ok && result.error.message).toMatch(/pool calibrate.*--volume-scale/);
    expect(volumeScale({ sourceId: 'constructor', parameters }).ok).toBe(false);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is never %s', (override) => {
    expect(volumeScale({ sourceId: 'gate', parameters, override }).ok).toBe(false);
  });
});

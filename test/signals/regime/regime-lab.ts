import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { memoryHourSource } from '#shared/adapters/memory/hour-source.ts';
import { regimeMessageSchema } from '#shared/contracts/regime-snapshot.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { HOUR_MS } from '#shared/market/collect/check-hours.ts';
import type { SourceCandle } from '#shared/ports/candle-source.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import type { HourSource } from '#shared/ports/hour-source.ts';
import type { ListedInstrument } from '#shared/ports/instrument-source.ts';
import { type RegimeJobDeps, type RegimeJobInput, runRegimeJob } from '#shared/signals/regime/regime-job.ts';

export const LAB_PARAMS = loadRegimeParams();

/** Hours of the lab's markets: all of October 2026. */
const LAB_FIRST_MS = Date.UTC(2026, 8, 20);
const LAB_HOURS = 45 * 24;

export const at = (text: string): number => Date.parse(text);

/** `S00USDT` and so on, each with hours of its own that drift by `drift` an hour. */
export function labRows(symbols: number, drift = 0): Map<string, SourceCandle[]> {
  const names = Array.from({ length: symbols }, (_, i) => `S${String(i).padStart(2, '0')}USDT`);
  return new Map(names.map((symbol) => [symbol, hoursOf(symbol, drift)]));
}

function hoursOf(symbol: string, drift: number): SourceCandle[] {
  const random = seededRandom(`regime-lab/${symbol}`);
  const volume = 100 + random.nextInt(1000);
  let price = 50;
  return Array.from({ length: LAB_HOURS }, (_, hour) => {
    const open = price;
    price *= 1 + drift + 0.008 * (random.next() - 0.5);
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    return { openTimeMs: LAB_FIRST_MS + hour * HOUR_MS, open, high, low, close: price, volume, quoteVolume: volume * open };
  });
}

export function instrumentsOf(symbols: Iterable<string>): readonly ListedInstrument[] {
  return [...symbols].map((symbol) => ({
    symbol,
    status: 'TRADING',
    baseAsset: symbol.replace('USDT', ''),
    quoteAsset: 'USDT',
    isSpotTradingAllowed: true,
  }));
}

export interface RegimeLab {
  readonly documents: DocumentStore;
  readonly sent: BusMessage[];
  /** Symbols whose hours were asked for, in order. */
  readonly asked: string[];
  /** Makes every request fail while it returns an error. */
  failure: (symbol: string) => Error | undefined;
  /** Fails that many messages. */
  lostMessages: number;
  readonly deps: RegimeJobDeps;
  run(boundary: string, more?: Partial<RegimeJobInput>): ReturnType<typeof runRegimeJob>;
}

/** The job over memory. */
export function regimeLab(
  rows: ReadonlyMap<string, readonly SourceCandle[]> = labRows(40),
  dayVolumes?: ReadonlyMap<string, number>,
): RegimeLab {
  const source = memoryHourSource(rows, { sourceId: 'lab', ...(dayVolumes === undefined ? {} : { dayVolumes }) });
  const lab: RegimeLab = {
    documents: memoryDocumentStore(),
    sent: [],
    asked: [],
    failure: () => undefined,
    lostMessages: 0,
    get deps() {
      return { hours, instruments, documents: lab.documents, bus, eligible: (listed: readonly ListedInstrument[]) => listed };
    },
    run: (boundary, more = {}) =>
      runRegimeJob(lab.deps, {
        boundaryMs: at(boundary),
        nowMs: at(boundary) + 120_000,
        params: LAB_PARAMS,
        bundleSha256: null,
        runKey: `regime-4h:${boundary}`,
        trace: 'trace',
        ...more,
      }),
  };
  const hours: HourSource = {
    ...source,
    fetchHours: async (request) => {
      lab.asked.push(request.symbol);
      const failure = lab.failure(request.symbol);
      if (failure !== undefined) throw failure;
      return source.fetchHours(request);
    },
  };
  const instruments = {
    sourceId: 'lab',
    fetchInstruments: async () => ({ instruments: instrumentsOf(rows.keys()), skipped: [] }),
  };
  const bus = {
    publish: async (message: BusMessage): Promise<void> => {
      if (lab.lostMessages > 0) {
        lab.lostMessages -= 1;
        throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'the bus is away');
      }
      regimeMessageSchema.parse(message.data);
      lab.sent.push(message);
    },
  };
  return lab;
}

export const away = (): LivepoolError => new LivepoolError('VENUE_UNAVAILABLE', 'transient', 'the venue is away');

import { powerOfTen } from '../fixed-digits.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import type { FaultTargets } from './inject-live-fault.ts';
import type { LiveFault, MarketFaultKind } from './live-fault.ts';

type Change = (fault: LiveFault, targets: FaultTargets) => void;

/** Prices of no venue have more significant digits than this many units hold. */
const MOST_PRICE_UNITS = 1e10;
/** The market falls by 6 % within a minute. */
const CASCADE = { fraction: -0.06, steps: 600 } as const;
const SPIKED_BASIS = 0.008;
const USUAL_BASIS = 0.00005;
const LOST_PEG_USD = 0.97;
const USUAL_SKEW_MS = 20_000;
const USUAL_JUMP_MS = 1_500;

/** How each fault of the market or its clock comes about. */
export const CHANGE_MARKET: Readonly<Record<MarketFaultKind, Change>> = {
  crossed: cross,
  precision_change: changePrecision,
  clock_skew: (fault, { desk }) => {
    const skewMs = fault.skewMs ?? USUAL_SKEW_MS;
    desk.addSkewMs(fault.surface, skewMs);
    desk.open(fault, fault.durationMs ?? 20_000, () => desk.addSkewMs(fault.surface, -skewMs));
  },
  clock_jump: (fault, { desk }) => {
    desk.addSkewMs(fault.surface, fault.skewMs ?? USUAL_JUMP_MS);
    desk.record(fault, { detail: `${fault.skewMs ?? USUAL_JUMP_MS} ms` });
  },
  halt: (fault, { market, desk }) => {
    const instrument = chosen(fault, market, ({ status }) => status === 'online');
    instrument?.setStatus('halted');
    if (instrument === undefined) return;
    desk.open(named(fault, instrument), fault.durationMs ?? 60_000, () => instrument.setStatus('online'));
  },
  delist: (fault, { market, desk }) => {
    const instrument = chosen(fault, market, ({ status }) => status === 'online');
    instrument?.setStatus('delisted');
    if (instrument !== undefined) desk.record(fault, { symbol: instrument.spec.symbol });
  },
  depeg: (fault, { market, desk }) => {
    const before = market.latent.usd('USDT');
    market.latent.setPeg(LOST_PEG_USD);
    desk.open(fault, fault.durationMs ?? 600_000, () => market.latent.setPeg(before));
  },
  funding_spike: spikeFunding,
  liquidation_cascade: (fault, { market, desk }) => {
    market.latent.push(CASCADE.fraction, CASCADE.steps);
    desk.record(fault, { detail: `the market moves by ${CASCADE.fraction} within a minute` });
  },
};

/** The venue publishes an ask below its own best bid, and takes it back later. */
function cross(fault: LiveFault, { market, desk }: FaultTargets): void {
  const { schedule } = market;
  const instrument = chosen(fault, market, ({ frozen, status, book }) => !frozen && status === 'online' && book.bids.count > 0);
  if (instrument === undefined) return;
  const { book, spec } = instrument;
  const price = Math.max(spec.tick, book.bids.prices[0]! - spec.tick);
  const setAsk = (units: number, size: number): void => instrument.force([{ side: 'ask', price: units, size }], schedule.nowUs);
  instrument.frozen = true;
  setAsk(price, book.bids.sizes[0]!);
  desk.open(named(fault, instrument), fault.durationMs ?? 3_000, () => {
    // Digits may have changed meanwhile.
    setAsk(price * powerOfTen(instrument.spec.priceDigits - spec.priceDigits), 0);
    instrument.frozen = false;
  });
}

function changePrecision(fault: LiveFault, { market, desk }: FaultTargets): void {
  const instrument = chosen(fault, market, ({ book }) => 10 * (book.asks.prices[0] ?? MOST_PRICE_UNITS) < MOST_PRICE_UNITS);
  if (instrument === undefined) return;
  instrument.addPriceDigit(market.schedule.nowUs);
  const { symbol, priceDigits } = instrument.spec;
  desk.record(fault, { symbol, detail: `${priceDigits} price digits from now on` });
}

function spikeFunding(fault: LiveFault, { market, desk }: FaultTargets): void {
  const spiked = market.on(fault.surface).filter(({ spec }) => (fault.symbol ?? spec.symbol) === spec.symbol);
  for (const { perpetual } of spiked) perpetual?.setBasisTarget(SPIKED_BASIS);
  desk.open(fault, fault.durationMs ?? 3_600_000, () => {
    for (const { perpetual } of spiked) perpetual?.setBasisTarget(USUAL_BASIS);
  });
}

function named(fault: LiveFault, { spec }: TradedInstrument): LiveFault {
  return { ...fault, symbol: spec.symbol };
}

/** The named instrument, or the first one that the fault can hit. */
function chosen(
  { surface, symbol }: LiveFault,
  market: LiveMarket,
  canHit: (instrument: TradedInstrument) => boolean,
): TradedInstrument | undefined {
  return market
    .on(surface)
    .find((instrument) => (symbol ?? instrument.spec.symbol) === instrument.spec.symbol && canHit(instrument));
}

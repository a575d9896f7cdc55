import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { QuantEngine, QuantTick } from '#shared/quant/engine.ts';

/** Feeds events as they arrive and ticks at every multiple of the tick from `fromMs` to `toMs`, both inclusive. */
export function runSession(engine: QuantEngine, events: readonly MarketEvent[], fromMs: number, toMs: number): QuantTick[] {
  const ticks: QuantTick[] = [];
  let next = 0;
  for (let tickTs = fromMs; tickTs <= toMs; tickTs += engine.params.tick_ms) {
    while (next < events.length && events[next]!.ts_recv <= tickTs) engine.onEvent(events[next++]!);
    ticks.push(engine.tick(tickTs));
  }
  return ticks;
}

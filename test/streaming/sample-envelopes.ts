import type { TradeEvent } from '#shared/contracts/market-events/trade-events.ts';
import type { StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import { formatInstantNs, nsOfMs } from '#shared/core/instant-ns.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { Blake3 } from '#shared/ports/blake3.ts';
import { sealEnvelope } from '#shared/streaming/envelope/seal-envelope.ts';
import { print } from './sample-events.ts';

/** An envelope of BTC-USD prints on Kraken whose ids are numbers, each so many ms after `startMs`. */
export function sealedTrades(
  blake3: Blake3,
  startMs: number,
  ids: readonly number[],
  own: Partial<TradeEvent> = {},
): StreamEnvelope {
  const events = ids.map((id) => print('BTC', startMs + id, { trade_id: `${id}`, ...own }));
  const lastMs = startMs + ids.at(-1)!;
  const attributes = {
    type: 'trades',
    schema_id: 'trades.v1',
    seq: ids[0]! + 1,
    recv_ts: formatInstantNs(nsOfMs(lastMs)),
    region: 'local',
    lease_epoch: 0,
  };
  const payload = utf8(JSON.stringify({ events }));
  return sealEnvelope(blake3, { tsNs: nsOfMs(lastMs), symbol: 'BTC-USD', source: 'kraken', payload, attributes });
}

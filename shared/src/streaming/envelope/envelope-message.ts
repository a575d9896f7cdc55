import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { formatInstantNs } from '../../core/instant-ns.ts';
import type { OrderedMessage } from '../../ports/ordered-bus.ts';
import type { ReceivedEnvelope } from './validate-envelope.ts';

/** The form of an envelope on the bus: data = payload bytes, all else attributes, `ts` also as `ts_ns` (data platform spec §2). */
export function envelopeMessage(envelope: StreamEnvelope, orderingKey = orderingKeyOf(envelope)): OrderedMessage {
  return { data: envelope.payload, attributes: envelopeFields(envelope), orderingKey };
}

/** `venue:symbol` (data platform spec §3). */
export function orderingKeyOf({ source, symbol }: Pick<StreamEnvelope, 'source' | 'symbol'>): string {
  return `${source}:${symbol}`;
}

/** What a message of the bus holds, to be validated. */
export function receivedEnvelope({ data, attributes }: Omit<OrderedMessage, 'orderingKey'>): ReceivedEnvelope {
  return { payload: data, fields: attributes };
}

/** Everything but the payload, as texts. */
export function envelopeFields({ tsNs, symbol, source, checksum, version, attributes }: StreamEnvelope): Record<string, string> {
  const { replay_id } = attributes;
  return {
    ts: formatInstantNs(tsNs),
    ts_ns: String(tsNs),
    symbol,
    source,
    checksum,
    version: String(version),
    type: attributes.type,
    schema_id: attributes.schema_id,
    seq: String(attributes.seq),
    recv_ts: attributes.recv_ts,
    region: attributes.region,
    lease_epoch: String(attributes.lease_epoch),
    ...(replay_id === undefined ? {} : { replay_id }),
  };
}

import type { SequenceRule } from '../../book-sync/sequence-rule.ts';
import {
  binanceFuturesRule,
  binanceSpotRule,
  connectionNumberedRule,
  gateObuRule,
  gateUpdateRule,
  krakenFuturesRule,
  krakenSpotRule,
  mexcSpotRule,
} from '../../book-sync/venue-rules.ts';
import { binanceDepthReply, binanceStream } from '../../venues/binance/syntax.ts';
import { coinbaseAdvanced } from '../../venues/coinbase/syntax.ts';
import type { FrameSyntax } from '../../venues/frame-syntax.ts';
import { gateFutures, gateFuturesBookReply } from '../../venues/gate/futures-syntax.ts';
import { gateSpot, gateSpotBookReply } from '../../venues/gate/spot-syntax.ts';
import { geminiV2 } from '../../venues/gemini/syntax.ts';
import { geminiV1 } from '../../venues/gemini/v1-syntax.ts';
import { isObject } from '../../venues/json-fields.ts';
import { krakenFutures } from '../../venues/kraken-futures/syntax.ts';
import { krakenSpotV1 } from '../../venues/kraken-spot/v1-syntax.ts';
import { krakenSpotV2 } from '../../venues/kraken-spot/v2-syntax.ts';
import { mexcDepthReply, mexcSpot } from '../../venues/mexc/spot-syntax.ts';

/** How the frames of a recording are read and proven. */
export interface RecordedFeed {
  readonly name: RecordedFeedName;
  /** `symbol` is that of the address, where frames do not name theirs. */
  readonly syntax: (symbol: string) => FrameSyntax;
  readonly rule: SequenceRule;
  /** Kraken spot: every book message carries a checksum, and books have the depth that was asked for. */
  readonly isChecked: boolean;
  /** The REST book that a stream without snapshots is bridged with. */
  readonly reply: ((symbol: string) => FrameSyntax) | null;
}

export const RECORDED_FEED_NAMES = [
  'kraken.spot',
  'kraken.spot.v1',
  'krakenfutures.perp',
  'gate.spot',
  'gate.spot.obu',
  'gate.perp',
  'coinbase.spot',
  'gemini.spot',
  'gemini.spot.v1',
  'binance.spot',
  'binance.futures',
  'mexc.spot',
] as const;

export type RecordedFeedName = (typeof RECORDED_FEED_NAMES)[number];

const FEEDS: Readonly<Record<RecordedFeedName, Omit<RecordedFeed, 'name'>>> = {
  'kraken.spot': { syntax: krakenSpotV2, rule: krakenSpotRule, isChecked: true, reply: null },
  'kraken.spot.v1': { syntax: krakenSpotV1, rule: krakenSpotRule, isChecked: true, reply: null },
  'krakenfutures.perp': { syntax: krakenFutures, rule: krakenFuturesRule, isChecked: false, reply: null },
  'gate.spot': { syntax: gateSpot, rule: gateUpdateRule, isChecked: false, reply: gateSpotBookReply },
  'gate.spot.obu': { syntax: gateSpot, rule: gateObuRule, isChecked: false, reply: null },
  'gate.perp': { syntax: gateFutures, rule: gateUpdateRule, isChecked: false, reply: gateFuturesBookReply },
  'coinbase.spot': { syntax: coinbaseAdvanced, rule: connectionNumberedRule, isChecked: false, reply: null },
  'gemini.spot': { syntax: geminiV2, rule: connectionNumberedRule, isChecked: false, reply: null },
  'gemini.spot.v1': { syntax: geminiV1, rule: connectionNumberedRule, isChecked: false, reply: null },
  'binance.spot': { syntax: binanceStream, rule: binanceSpotRule, isChecked: false, reply: binanceDepthReply },
  'binance.futures': { syntax: binanceStream, rule: binanceFuturesRule, isChecked: false, reply: binanceDepthReply },
  'mexc.spot': { syntax: mexcSpot, rule: mexcSpotRule, isChecked: false, reply: mexcDepthReply },
};

export function recordedFeed(name: RecordedFeedName): RecordedFeed {
  return { name, ...FEEDS[name] };
}

/** The feed of one of our own connections, `kraken.spot.1.3`; undefined for one without a stream. */
export function feedOfConnection(connection: string, frames: readonly (string | Uint8Array)[]): RecordedFeedName | undefined {
  const feedId = connection.split('.').slice(0, 2).join('.');
  if (feedId === 'gate.spot' || feedId === 'mexc.spot') return feedId === 'mexc.spot' ? feedId : (feedOfFrames(frames) ?? feedId);
  if (feedId === 'binanceusdm.perp') return 'binance.futures';
  return RECORDED_FEED_NAMES.find((name) => name === feedId.replace('gemini.perp', 'gemini.spot'));
}

/** What frames are of, by the first one that is of one venue only; undefined when none of them is. */
export function feedOfFrames(frames: Iterable<string | Uint8Array>): RecordedFeedName | undefined {
  for (const frame of frames) {
    const found = feedOfFrame(frame);
    if (found !== undefined) return found;
  }
  return undefined;
}

function feedOfFrame(frame: string | Uint8Array): RecordedFeedName | undefined {
  const value = decoded(typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8'));
  if (Array.isArray(value)) return typeof value.at(-2) === 'string' ? 'kraken.spot.v1' : undefined;
  if (!isObject(value)) return undefined;
  const { channel, feed, event, type, e } = isObject(value.data) && value.stream !== undefined ? value.data : value;
  if (value.connectionID !== undefined || value.channelName !== undefined) return 'kraken.spot.v1';
  if ('sequence_num' in value) return 'coinbase.spot';
  if ('socket_sequence' in value) return 'gemini.spot.v1';
  if (type === 'l2_updates') return 'gemini.spot';
  if (e === 'depthUpdate') return feedOfDepth(isObject(value.data) ? value.data : value);
  if (channel === 'spot.obu' || channel === 'spot.order_book_update')
    return channel === 'spot.obu' ? 'gate.spot.obu' : 'gate.spot';
  if (channel === 'futures.order_book_update') return 'gate.perp';
  if (typeof feed === 'string' || (event === 'info' && 'version' in value)) return 'krakenfutures.perp';
  return channel === 'book' || channel === 'instrument' ? 'kraken.spot' : undefined;
}

/** Futures chain their updates by `pu`. */
function feedOfDepth(update: Readonly<Record<string, unknown>>): RecordedFeedName {
  return update.pu === undefined ? 'binance.spot' : 'binance.futures';
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

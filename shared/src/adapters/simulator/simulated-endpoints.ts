import { STREAM_PATHS } from './stream-sockets.ts';

/** Where our feeds find each venue of a simulator at `url` (no trailing slash): REST by venue, sockets by feed. */
export function simulatedEndpoints(url: string): {
  readonly rest: Readonly<Record<string, string>>;
  readonly sockets: Readonly<Record<string, string>>;
} {
  const streams = url.replace(/^http/, 'ws');
  return {
    rest: { kraken: `${url}/kraken`, krakenfutures: `${url}/krakenfutures`, gate: `${url}/gate` },
    sockets: {
      'kraken.spot': streams + STREAM_PATHS.kraken_spot,
      'krakenfutures.perp': streams + STREAM_PATHS.kraken_futures,
      'gate.spot': streams + STREAM_PATHS.gate_spot,
      'gate.perp': streams + STREAM_PATHS.gate_futures,
    },
  };
}

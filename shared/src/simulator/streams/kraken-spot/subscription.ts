const DEPTHS: readonly number[] = [10, 25, 100, 500, 1000];
const INTERVALS: readonly number[] = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600];

/** The checked parameters of a subscription, as its acknowledgement repeats them. */
export interface Wanted {
  readonly channel: string;
  readonly symbol?: string;
  readonly depth?: number;
  readonly interval?: number;
  readonly event_trigger?: string;
  readonly snapshot?: boolean;
}

/** The subscription a request describes, or the venue's words for what is wrong with it. */
export function wantedOf(params: Readonly<Record<string, unknown>>, symbol: string): Wanted | string {
  const snapshot = params.snapshot !== false;
  switch (params.channel) {
    case 'book': {
      const depth = params.depth ?? 10;
      if (!DEPTHS.includes(Number(depth))) return 'Subscription depth not supported';
      return { channel: 'book', depth: Number(depth), snapshot, symbol };
    }
    case 'trade':
      return { channel: 'trade', snapshot: params.snapshot === true, symbol };
    case 'ticker': {
      const trigger = params.event_trigger ?? 'trades';
      if (trigger !== 'trades' && trigger !== 'bbo') return 'Subscription ticker event_trigger not supported';
      return { channel: 'ticker', event_trigger: trigger, snapshot, symbol };
    }
    case 'ohlc': {
      const interval = params.interval ?? 1;
      if (!INTERVALS.includes(Number(interval))) return 'Subscription ohlc interval not supported';
      return { channel: 'ohlc', interval: Number(interval), snapshot, symbol };
    }
    default:
      return 'Subscription name invalid';
  }
}

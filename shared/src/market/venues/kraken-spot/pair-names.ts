/** Kraken's names of assets that everyone else calls otherwise (market data spec §2). */
const COMMON_NAMES: Readonly<Record<string, string>> = {
  XBT: 'BTC',
  XXBT: 'BTC',
  XETH: 'ETH',
  XXRP: 'XRP',
  XLTC: 'LTC',
  XXLM: 'XLM',
  XDG: 'DOGE',
  XXDG: 'DOGE',
  ZUSD: 'USD',
  ZEUR: 'EUR',
  ZGBP: 'GBP',
};

const REST_NAMES: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' };

/** Common name of an asset that Kraken names in any of its ways. */
export function krakenAsset(name: string): string {
  return COMMON_NAMES[name] ?? name;
}

/** `BTC/USD` of WebSocket v2 for the v1 name `XBT/USD` that `AssetPairs` lists. */
export function krakenV2Name(wsname: string): string {
  return wsname.split('/').map(krakenAsset).join('/');
}

/** `XBTUSD`, the REST name of a v2 symbol. */
export function krakenRestName(symbol: string): string {
  return symbol
    .split('/')
    .map((asset) => REST_NAMES[asset] ?? asset)
    .join('');
}

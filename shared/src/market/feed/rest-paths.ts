/** Where a venue answers public REST questions (market data spec §3.1). */
export const REST_BASE_URLS: Readonly<Record<string, string>> = {
  kraken: 'https://api.kraken.com',
  krakenfutures: 'https://futures.kraken.com',
  coinbase: 'https://api.coinbase.com',
  gemini: 'https://api.gemini.com',
  mexc: 'https://api.mexc.com',
  gate: 'https://api.gateio.ws',
  binance: 'https://api.binance.com',
  binanceusdm: 'https://fapi.binance.com',
};

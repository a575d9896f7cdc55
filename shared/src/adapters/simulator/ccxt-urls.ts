/** `urls` option of ccxt's gate client, which keeps one base url per product. */
export interface GateUrls {
  readonly api: { readonly public: Readonly<Record<string, string>>; readonly private: Readonly<Record<string, string>> };
}

/** `urls` option of ccxt's kraken client. */
export interface KrakenUrls {
  readonly api: { readonly public: string; readonly private: string };
}

/** `urls` option of ccxt's krakenfutures client. */
export interface KrakenFuturesUrls {
  readonly api: Readonly<Record<'public' | 'private' | 'charts' | 'history' | 'feeschedules', string>>;
}

/** ccxt's clients on a simulated exchange at `url` (no trailing slash). */
export function gateUrls(url: string): GateUrls {
  const base = `${url}/gate/api/v4`;
  const shared = ['wallet', 'futures', 'margin', 'delivery', 'spot', 'options', 'earn'];
  const open = [...shared, 'sub_accounts'];
  const signed = [...shared, 'withdrawals', 'subAccounts', 'unified', 'rebate', 'account', 'loan', 'otc'];
  const all = (products: readonly string[]): Record<string, string> =>
    Object.fromEntries(products.map((product) => [product, base]));
  return { api: { public: all(open), private: all(signed) } };
}

export function krakenUrls(url: string): KrakenUrls {
  return { api: { public: `${url}/kraken`, private: `${url}/kraken` } };
}

export function krakenFuturesUrls(url: string): KrakenFuturesUrls {
  const base = `${url}/krakenfutures`;
  const derivatives = `${base}/derivatives/api/`;
  return {
    api: {
      public: derivatives,
      private: derivatives,
      charts: `${base}/api/charts/`,
      history: `${base}/api/history/`,
      feeschedules: `${base}/api/feeschedules/`,
    },
  };
}

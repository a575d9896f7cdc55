import type { PoolParams } from '../../contracts/pool-params.ts';

type LeveragedParams = Pick<PoolParams['metadata'], 'leveraged_rule' | 'leveraged_keywords'>;

/** Keywords that name a token on their own; the others are words of many ordinary names. */
const STANDALONE = new Set(['BULL', 'BEAR']);

/**
 * True when a base asset looks like a leveraged token (pool spec §6). `contains` takes a keyword anywhere;
 * `suffix_with_underlying` wants a keyword behind an underlying of two letters or more that is listed itself, or a keyword that
 * names a token on its own.
 */
export function isLeveragedToken(base: string, params: LeveragedParams, isListedBase: (base: string) => boolean): boolean {
  switch (params.leveraged_rule) {
    case 'contains':
      return params.leveraged_keywords.some((keyword) => base.includes(keyword));
    case 'suffix_with_underlying':
      return params.leveraged_keywords.some((keyword) => {
        if (!base.endsWith(keyword)) return false;
        const underlying = base.slice(0, base.length - keyword.length);
        return underlying === '' ? STANDALONE.has(keyword) : underlying.length >= 2 && isListedBase(underlying);
      });
  }
}

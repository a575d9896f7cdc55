import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createExchange } from '#shared/simulator/exchange.ts';

const RECORDED = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data/exchange-payloads/cryptofeed');
const present = existsSync(RECORDED);
if (!present) process.stderr.write(`recorded shapes not run: ${RECORDED} is absent\n`);

const exchange = createExchange();

function simulated(target: string): unknown {
  return JSON.parse(exchange.handle({ client: 'a', method: 'GET', target, atMs: 0 }).answer.body);
}

/** The JSON of the recorded line for a url, after `-> <time>: `. */
function recorded(text: string, url: string): unknown {
  const line = text.split('\n').find((l) => l.startsWith(`${url} -> `)) ?? '';
  return JSON.parse(line.slice(line.indexOf(': ') + 2));
}

/** Field names with their JSON types. */
function shape(row: object): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Array.isArray(value) ? 'array' : typeof value]));
}

describe.skipIf(!present)('answers against recorded ones', () => {
  it('Gate currency_pairs has every recorded field with its type', () => {
    const text = gunzipSync(readFileSync(join(RECORDED, 'GATEIO.0.gz'))).toString('utf8');
    const [row] = recorded(text, 'https://api.gateio.ws/api/v4/spot/currency_pairs') as object[];
    const rows = simulated('/gate/api/v4/spot/currency_pairs') as object[];
    for (const ours of rows) expect(shape(ours)).toMatchObject(shape(row!));
  });

  it('Kraken AssetPairs has every recorded field with its type, and the same ids for pairs in both', () => {
    const text = readFileSync(join(RECORDED, 'KRAKEN.0.assetpairs'), 'utf8');
    const theirs = (recorded(text, 'https://api.kraken.com/0/public/AssetPairs') as { result: Record<string, Named> }).result;
    const ours = (simulated('/kraken/0/public/AssetPairs') as { result: Record<string, Named> }).result;
    expect(shape(Object.values(ours)[0]!)).toMatchObject(shape(theirs.XXBTZUSD!));
    const common = Object.keys(ours).filter((id) => theirs[id] !== undefined);
    expect(common.length).toBeGreaterThan(30);
    const names = ({ altname, wsname, base, quote }: Named) => ({ altname, wsname, base, quote });
    for (const id of common) expect(names(ours[id]!)).toEqual(names(theirs[id]!));
    const recordedId = new Map(Object.entries(theirs).map(([id, pair]) => [pair.wsname, id]));
    for (const [id, pair] of Object.entries(ours)) expect(recordedId.get(pair.wsname) ?? id).toBe(id);
  });
});

interface Named {
  readonly altname: string;
  readonly wsname: string;
  readonly base: string;
  readonly quote: string;
}

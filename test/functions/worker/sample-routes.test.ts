import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memorySampleStore } from '#shared/adapters/memory/sample-store.ts';
import { sampleRoutes } from '../../../functions/worker/sample-routes.ts';
import { btcBar, oiSample } from '../../laws/sample-rows.ts';

const NOW = 1_700_000_000_000;
const GATE = 'BTC-USDT.perp@gate';

async function world() {
  const store = memorySampleStore();
  await store.append(
    [1_000, 2_000, 3_000].map((at) => oiSample(at)),
    [btcBar(0), btcBar(60_000)],
  );
  await store.putHealth([
    { metric: 'price', venue: 'gate', ts: 5, age_ms: 1, quality: 'live', instruments: 1, usable: 1, errors: 0, last_success: 5 },
  ]);
  const route = sampleRoutes({ clock: manualClock(NOW), store });
  return async (path: string, method = 'GET') => {
    const url = new URL(`http://worker${path}`);
    return route({ method, path: url.pathname, query: url.searchParams, headers: {}, body: '' });
  };
}

it('gives samples and bars a page at a time, half-open in time', async () => {
  const ask = await world();
  const first = await ask(`/api/samples?metric=oi&venue=gate&instrument=${GATE}&from=1000&to=3000&limit=1`);
  expect(first).toEqual({
    status: 200,
    headers: { 'Content-Range': 'samples 0-0/2' },
    body: { as_of: NOW, next_cursor: '1', rows: [{ ...oiSample(1_000), revision: 0 }] },
  });
  const last = await ask(`/api/samples?metric=oi&instrument=${GATE}&to=3000&limit=1&cursor=1`);
  expect(last?.body).toEqual({ as_of: NOW, next_cursor: null, rows: [{ ...oiSample(2_000), revision: 0 }] });
  const bars = await ask('/api/bars?instrument=BTC-USD.spot@kraken&from=1');
  expect(bars).toMatchObject({ headers: { 'Content-Range': 'bars 0-0/1' }, body: { rows: [{ minute: 60_000, taker_sell: 2 }] } });
  expect(await ask('/api/sources/health')).toMatchObject({
    headers: { 'Content-Range': 'sources 0-0/1' },
    body: { next_cursor: null },
  });
  expect(await ask(`/api/samples?metric=nothing&instrument=${GATE}`)).toMatchObject({ body: { rows: [], next_cursor: null } });
});

it.each([
  ['/api/samples', /instrument must be one/],
  [`/api/samples?instrument=${GATE}`, /metric must name/],
  [`/api/samples?metric=oi&instrument=${GATE}&venue=kraken`, /no instrument of kraken/],
  [`/api/samples?metric=oi&instrument=${GATE}&from=5&to=5`, /from before to/],
  [`/api/samples?metric=oi&instrument=${GATE}&limit=1001`, /limit must be/],
  [`/api/bars?metric=oi&instrument=${GATE}`, /unknown query keys: metric/],
  [`/api/bars?instrument=${GATE}&from=yesterday`, /times in ms/],
  ['/api/sources/health?venue=gate', /unknown query keys: venue/],
])('refuses %s', async (path, message) => {
  const ask = await world();
  expect(await ask(path)).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } });
});

it('only reads, and answers no path of somebody else', async () => {
  const ask = await world();
  expect(await ask('/api/bars', 'POST')).toMatchObject({ status: 405, headers: { Allow: 'GET' } });
  expect(await ask('/api/sources')).toBeUndefined();
});

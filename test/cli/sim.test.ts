import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { ended, startLivepool } from './run-livepool.ts';

it('runs the simulator until it is stopped, steered over HTTP, and ends with the hash of what was asked', async () => {
  const args = ['sim', '--port', '0', '--symbols', 'btc', '--clock', 'virtual', '--control', '--json'];
  const child = startLivepool(args, { cwd: tmpdir() });
  const done = ended(child);
  let said = '';
  while (!said.includes('Ctrl-C')) said += String((await once(child.stderr!, 'data'))[0]);
  const url = /ready at (http:\/\/127\.0\.0\.1:\d+) \(scenario calm, market time 2026-11-01T03:15:00\.000Z\)/.exec(said)?.[1];
  expect(said).toContain(`${url?.replace('http', 'ws')}/kraken/v2`);
  const time = async (): Promise<unknown> => (await fetch(`${url}/gate/api/v4/spot/time`)).json();
  const before = (await time()) as { server_time: number };
  await fetch(`${url}/__sim/clock`, { method: 'POST', body: '{"advanceMs":1500}' });
  expect(await time()).toEqual({ server_time: before.server_time + 1500 });
  const { sha256 } = (await (await fetch(`${url}/__sim/hash`)).json()) as { sha256: string };
  child.kill('SIGINT');
  const { exit, stdout, stderr } = await done;
  expect(exit).toBe(0);
  expect(stderr).toContain('SIGINT: stopping; nothing is kept');
  expect(stderr).not.toContain('continues');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, url, event_log_sha256: sha256, faults: 0 });
});

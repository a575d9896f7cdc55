import { once } from 'node:events';
import { startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';

export interface SimOptions {
  readonly port: number;
  readonly seed: string;
  readonly now: number | undefined;
}

/** Runs the sample exchange in the foreground; the ready line names the urls, the last line the hash of everything it answered. */
export async function sim({ terminal, signal }: CommandContext, options: SimOptions): Promise<CommandResult> {
  const exchange = await startSampleExchange({
    port: options.port,
    seed: options.seed,
    ...(options.now === undefined ? {} : { nowMs: options.now }),
  });
  try {
    const ready = { url: exchange.url, kraken: exchange.krakenUrls.api.public, gate: `${exchange.url}/gate/api/v4` };
    terminal.note(`sample exchange ready at ${ready.url} (market time ${new Date(exchange.nowMs).toISOString()})`);
    terminal.note(`  kraken ${ready.kraken}\n  gate   ${ready.gate}\nCtrl-C stops it.`);
    if (!signal.aborted) await once(signal, 'abort');
    const hash = exchange.eventLogHash();
    return succeed({ ok: true, ...ready, event_log_sha256: hash }, `event log ${hash}`);
  } finally {
    await exchange.close();
  }
}

import { rawFrameLines } from '#shared/cold/read-raw-frames.ts';
import { type ColdSiteOptions, usingColdSite } from '../cold-site.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';

export interface ColdFramesOptions extends ColdSiteOptions {
  readonly from: number;
  readonly to: number;
  readonly connection: string | undefined;
  readonly limit: number | undefined;
}

/** Prints recorded frames as they are stored; a window without any is refused, so that a wrong one is noticed. */
export async function coldFrames({ terminal, signal }: CommandContext, options: ColdFramesOptions): Promise<CommandResult> {
  const { from, to, connection, limit = Number.POSITIVE_INFINITY } = options;
  if (from >= to) return refuse([{ code: 'USAGE', message: '--from must be before --to' }]);
  return usingColdSite(options, 'read', async ({ objects }) => {
    const query = { from, to, ...(connection === undefined ? {} : { connection }) };
    const lines: string[] = [];
    let count = 0;
    for await (const line of rawFrameLines(objects, query)) {
      signal.throwIfAborted();
      if (count >= limit || !terminal.isRead()) break;
      count += 1;
      if (terminal.json) lines.push(line);
      else terminal.out(line);
    }
    const message = 'no frames were recorded in this window; a worker keeps them with PIPELINE_RECORD_FRAMES=cold';
    if (count === 0) return refuse([{ code: 'COLD_PARTITION_ABSENT', message }]);
    return succeed({ ok: true, lines: lines.map((line) => JSON.parse(line) as unknown) }, '');
  });
}

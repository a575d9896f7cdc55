import { closeSync, openSync, writeSync } from 'node:fs';
import { openOrderedBus } from '#shared/adapters/gcp/open-bus.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { tableByName } from '#shared/cold/tables.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { envelopeLine } from '#shared/streaming/envelope/envelope-line.ts';
import {
  type PublishedWindow,
  type PublishWindowDeps,
  publishWindow,
  replayIdOf,
  topicSender,
} from '#shared/streaming/replay/publish-window.ts';
import { REPLAYED_TABLES } from '#shared/streaming/replay/row-envelope.ts';
import { type ColdSiteOptions, usingColdSite } from '../cold-site.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { Terminal } from '../terminal.ts';

export interface ColdPublishOptions extends ColdSiteOptions {
  readonly table: string;
  readonly from: number;
  readonly to: number;
  readonly topic: string;
  readonly rate: number | undefined;
  readonly symbol: string | undefined;
  readonly asOf: number | undefined;
  readonly replayId: string | undefined;
  readonly project: string | undefined;
  readonly output: string | undefined;
}

/** Where envelopes go, and what ends that. */
interface Target {
  readonly send: PublishWindowDeps['send'];
  close(): Promise<void>;
}

const TOPIC = /^replay-[a-z][a-z0-9-]{0,200}$/;
const NOTE_EVERY_MS = 5_000;

/** Pages a window of the cold tier into envelopes: to a replay topic of a project, else as lines to standard output or a file. */
export async function coldPublish({ terminal, signal }: CommandContext, options: ColdPublishOptions): Promise<CommandResult> {
  const problem = problemOf(options);
  if (problem !== null) return refuse([{ code: 'USAGE', message: problem }]);
  const { table, from, to, topic, rate, symbol, asOf } = options;
  const clock = systemClock();
  const target = targetOf(options, terminal);
  let notedMs = clock.nowMs();
  const onProgress = ({ envelopes, lastTs }: PublishedWindow): void => {
    if (clock.nowMs() - notedMs < NOTE_EVERY_MS) return;
    notedMs = clock.nowMs();
    terminal.note(`${envelopes} envelopes, up to ${new Date(lastTs ?? from).toISOString()}`);
  };
  try {
    const blake3 = await openBlake3();
    const published = await usingColdSite(options, 'read', ({ cold, objects, nowMs }) => {
      const deps = { cold, objects, blake3, clock, send: target.send, onProgress };
      const replayId = options.replayId ?? replayIdOf(tableByName(table).table, { from, to }, symbol);
      const only = symbol === undefined ? {} : { symbol };
      const input = {
        table,
        range: { from, to },
        asOfMs: asOf ?? nowMs,
        ratePerS: rate ?? null,
        region: 'local',
        replayId,
        ...only,
      };
      return publishWindow(deps, input, signal);
    });
    return ending(published, { topic, signal, table, hasLines: options.project === undefined });
  } finally {
    await target.close();
  }
}

function problemOf({ table, from, to, topic, project, output }: ColdPublishOptions): string | null {
  const { table: name } = tableByName(table);
  if (!REPLAYED_TABLES.includes(name))
    return `rows of ${name} are not whole messages; ${REPLAYED_TABLES.join(', ')} can be published`;
  if (from >= to) return '--from must be before --to';
  if (!TOPIC.test(topic)) return `--topic must begin with replay-, so that nobody takes old data for live: ${topic}`;
  return project !== undefined && output !== undefined ? '--output contradicts --project: envelopes go to one place' : null;
}

/** A project is only ever named on the command line: no variable sends anything to a deployment. */
function targetOf({ project, topic, output }: ColdPublishOptions, terminal: Terminal): Target {
  if (project !== undefined) {
    const place = { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: process.env.PIPELINE_PUBSUB_HOST };
    const bus = openOrderedBus(place, { clock: systemClock(), random: systemRandom() }, 1);
    return { send: topicSender(bus, topic), close: () => bus.close() };
  }
  if (output === undefined && terminal.json) {
    throw new LivepoolError('USAGE', 'terminal', 'with --json the lines need a file of their own: --output');
  }
  return output === undefined ? linesTo((text) => terminal.out(text)) : fileTarget(output);
}

function linesTo(write: (text: string) => void, close: () => void = () => undefined): Target {
  return {
    send: async (page) => write(page.map((envelope) => `${envelopeLine(envelope)}\n`).join('')),
    close: async () => close(),
  };
}

/** A file of its own: one that is there is not written over. */
function fileTarget(path: string): Target {
  try {
    const file = openSync(path, 'wx');
    return linesTo(
      (text) => void writeSync(file, text),
      () => closeSync(file),
    );
  } catch (error) {
    throw new LivepoolError(
      'OUTPUT_NOT_WRITABLE',
      'terminal',
      `${path} cannot be created; is it there already?`,
      { path },
      error,
    );
  }
}

function ending(
  published: PublishedWindow,
  about: { readonly topic: string; readonly signal: AbortSignal; readonly table: string; readonly hasLines: boolean },
): CommandResult {
  const { envelopes, replayId, lastTs } = published;
  if (about.signal.aborted) {
    const upTo = lastTs === null ? 'nothing was sent' : `${envelopes} were sent, up to ${new Date(lastTs).toISOString()}`;
    const message = `stopped: ${upTo}; the same command sends them again under ${replayId}, and consumers know them by their keys`;
    throw new LivepoolError('INTERRUPTED', 'transient', message);
  }
  if (envelopes === 0) return refuse([{ code: 'COLD_PARTITION_ABSENT', message: `${about.table} has no rows in this window` }]);
  const json = { ok: true, topic: about.topic, envelopes, replay_id: replayId };
  // Lines were the answer; what they are called goes to the side.
  return succeed(json, about.hasLines ? '' : `${envelopes} envelopes sent to ${about.topic} as ${replayId}`);
}

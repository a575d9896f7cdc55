import { appendAuditLine } from '#shared/adapters/fs/audit-file.ts';
import { openOrderedBus } from '#shared/adapters/gcp/open-bus.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { deadLetterTopic, PEOPLE, subscriptionName } from '#shared/contracts/names.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { type DeadLetterReplay, replayDeadLetters } from '#shared/streaming/replay/replay-dead-letters.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, failureOf, refuse } from '../outcome.ts';

export interface DlqReplayOptions {
  readonly topic: string;
  readonly reason: string;
  readonly by: string;
  readonly project: string;
  readonly subscription: string | undefined;
  readonly limit: number | undefined;
  /** Seconds. */
  readonly idle: number;
  readonly audit: string;
}

/** Letters that may be with us at a time. */
const MOST_OUTSTANDING = 1_000;

/** Sends the dead letters of a topic to it again, after whatever was wrong has been mended; who and why stands in the audit file. */
export async function dlqReplay({ terminal, signal }: CommandContext, options: DlqReplayOptions): Promise<CommandResult> {
  const { topic, reason, by, project, limit = Number.POSITIVE_INFINITY, idle, audit } = options;
  if (topic.endsWith('-dlq'))
    return refuse([{ code: 'USAGE', message: `--topic is the topic itself, not its dead letters: ${topic.slice(0, -4)}` }]);
  if (reason.trim() === '') return refuse([{ code: 'USAGE', message: '--reason must say why' }]);
  const subscription = options.subscription ?? subscriptionName(deadLetterTopic(topic), PEOPLE);
  const clock = systemClock();
  const timing = { clock, random: systemRandom() };
  const bus = openOrderedBus(
    { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: process.env.PIPELINE_PUBSUB_HOST },
    timing,
    MOST_OUTSTANDING,
  );
  const tell = (phase: string, facts: object): void => {
    const entry = {
      at: new Date(clock.nowMs()).toISOString(),
      act: 'dlq.replay',
      phase,
      by,
      reason,
      project,
      topic,
      subscription,
      ...facts,
    };
    appendAuditLine(audit, entry);
    terminal.note(JSON.stringify(entry));
  };
  try {
    // The audit comes first: nothing is sent that nobody answers for.
    tell('begun', {});
    const deps = { source: bus, bus, blake3: await openBlake3(), clock };
    const replay = await replayDeadLetters(deps, { topic, subscription, idleMs: idle * 1_000, most: limit }, signal);
    tell(signal.aborted ? 'stopped' : 'ended', replay);
    return outcome(topic, replay);
  } catch (error) {
    tell('failed', { error: error instanceof Error ? error.message : String(error) });
    return failureOf(error);
  } finally {
    await bus.close();
  }
}

function outcome(topic: string, replay: DeadLetterReplay): CommandResult {
  const { republished, duplicates, kept } = replay;
  const stays = Object.entries(kept).map(([check, count]) => `${count} ${check}`);
  const first = `${republished} sent to ${topic} again${duplicates === 0 ? '' : `, ${duplicates} of them had come twice`}`;
  const text = stays.length === 0 ? first : `${first}\nstay because they would be refused again: ${stays.join(', ')}`;
  const exit = stays.length === 0 ? EXIT.ok : EXIT.refused;
  return { exit, json: { ok: exit === EXIT.ok, topic, ...replay }, text };
}

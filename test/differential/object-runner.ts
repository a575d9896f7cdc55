import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type Generation, type ObjectStat, type ObjectStore, type WriteOutcome } from '#shared/ports/object-store.ts';
import type { GenerationChoice, ObjectCommand } from '../arbitraries/store-commands.ts';
import { answer } from './answer.ts';

/** Runs commands on one store and tells generations by their place in the name's history, since each store has its own. */
export function objectRunner(store: ObjectStore): (command: ObjectCommand) => Promise<unknown> {
  const histories = new Map<string, Generation[]>();
  const historyOf = (name: string): Generation[] => {
    const history = histories.get(name) ?? [];
    histories.set(name, history);
    return history;
  };
  const choose = async (name: string, choice: GenerationChoice): Promise<Generation> => {
    if (choice === 'absent') return ABSENT;
    if (choice !== 'current') return historyOf(name)[choice.nth] ?? '999999';
    return (await store.stat(name))?.generation ?? ABSENT;
  };
  const portable = (stat: ObjectStat | null): unknown =>
    stat === null ? null : { ...stat, generation: historyOf(stat.name).indexOf(stat.generation) };
  const record = (outcome: WriteOutcome): unknown => {
    if (!outcome.written) return { written: false, current: portable(outcome.current) };
    historyOf(outcome.stat.name).push(outcome.stat.generation);
    return { written: true, stat: portable(outcome.stat) };
  };
  const options = async (name: string, seq: string, at: GenerationChoice) => ({
    ifGenerationMatch: await choose(name, at),
    contentType: 'text/plain',
    metadata: { publish_seq: seq },
  });
  const run = async (command: ObjectCommand): Promise<unknown> => {
    switch (command.kind) {
      case 'put':
        return record(await store.put(command.name, utf8(command.text), await options(command.name, command.seq, command.at)));
      case 'copy': {
        const source = { name: command.source, generation: await choose(command.source, command.sourceAt) };
        return record(await store.copy(source, command.name, await options(command.name, command.seq, command.at)));
      }
      case 'delete':
        return store.delete(command.name, { ifGenerationMatch: await choose(command.name, command.at) });
      case 'get': {
        const generation = command.at === undefined ? undefined : await choose(command.name, command.at);
        const { maxBytes } = command;
        const object = await store.get(command.name, {
          ...(generation === undefined ? {} : { generation }),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        });
        return object === null ? null : { bytes: hex(object.bytes), stat: portable(object.stat) };
      }
      case 'range':
        return hex(await store.getRange(command.name, command.start, command.end));
      case 'stat':
        return portable(await store.stat(command.name));
      case 'list':
        return (await store.list(command.prefix)).map(portable);
    }
  };
  return (command) => answer(() => run(command));
}

/** Stores hand out bytes in classes of their own. */
function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

import { LivepoolError } from '#shared/core/errors.ts';
import type { DocumentStore, DocumentTransaction } from '#shared/ports/document-store.ts';
import type { DocumentCommand, DocumentStep } from '../arbitraries/store-commands.ts';
import { answer } from './answer.ts';

/** Runs commands on one store and tells what its caller sees. */
export function documentRunner(store: DocumentStore): (command: DocumentCommand) => Promise<unknown> {
  return (command) => answer(() => runDocument(store, command));
}

async function runDocument(store: DocumentStore, command: DocumentCommand): Promise<unknown> {
  switch (command.kind) {
    case 'get':
      return store.get(command.path);
    case 'list':
      return store.list(command.collection, command.options);
    case 'transaction':
      return store.transaction(async (tx) => {
        const reads: unknown[] = [];
        for (const step of command.steps) await runStep(tx, step, reads);
        if (command.aborts) throw new LivepoolError('ABORTED', 'terminal', 'the body changed its mind');
        return reads;
      });
  }
}

async function runStep(tx: DocumentTransaction, step: DocumentStep, reads: unknown[]): Promise<void> {
  switch (step.kind) {
    case 'get':
      reads.push(await tx.get(step.path));
      return;
    case 'delete':
      tx.delete(step.path);
      return;
    case 'create':
    case 'set':
      tx[step.kind](step.path, step.data);
      return;
  }
}

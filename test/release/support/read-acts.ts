import { type SwitchStatement, switchStatementSchema } from '#shared/contracts/switch-statement.ts';
import { readLog } from '#shared/release/read-log.ts';
import type { Stores } from './release-lab.ts';

/** Committed acts in order, as `publish 2026-03-13-core_major`. */
export async function readActs({ documents }: Pick<Stores, 'documents'>): Promise<readonly string[]> {
  return (await readLog(documents)).map(({ action, version }) => `${action} ${version}`);
}

/** The signed statement of one committed act. */
export async function readStatement({ documents }: Stores, publishSeq: number): Promise<SwitchStatement> {
  const entry = (await readLog(documents)).find((act) => act.publish_seq === publishSeq);
  if (entry === undefined) throw new Error(`act ${publishSeq} is not in the log`);
  return switchStatementSchema.parse(JSON.parse(Buffer.from(entry.switch_statement, 'base64').toString()));
}

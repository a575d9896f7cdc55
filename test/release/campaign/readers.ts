import { memoryLastKnownGood } from '#shared/adapters/memory/last-known-good.ts';
import { DATA_FILES, RELEASE_FILES, type ReleaseFile } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { releaseObject } from '#shared/release/layout.ts';
import { readCurrentOnce } from '#shared/release/reader/read-current.ts';
import { readPool } from '#shared/release/reader/read-pool.ts';
import { flipped, overwrite } from '../support/foreign-writes.ts';
import type { Command } from './commands.ts';
import type { Scene } from './scene.ts';
import { judgeOf } from './world.ts';

/** What a reader may never believe, whatever happened before. */
export const READERS: Record<(Command & { name: 'Read' })['what'], (scene: Scene, file: ReleaseFile) => Promise<void>> = {
  summary: readSummary,
  mirror: readMirror,
  audit: readAudit,
  damaged: readDamaged,
};

/** Whoever reads the pointer gets the committed version, or is told why not. */
async function readSummary(scene: Scene): Promise<void> {
  const { documents, clock, trustedKeys, namespace } = scene.plainDeps();
  const trust = { keys: trustedKeys, namespace };
  const reading = await readPool({ trust, clock, documents, lastKnownGood: memoryLastKnownGood() }).catch(unlessUnavailable);
  const summary = await documents.get(DOCUMENT_PATHS.summary);
  if (reading !== null && reading.version !== summary?.version) throw new Error(`I8 a reader was given ${reading.version}`);
}

/** Whoever reads the mirror gets one sealed release, or is told why not (I2). */
async function readMirror(scene: Scene): Promise<void> {
  const { objects, documents, layout } = scene.plainDeps();
  const set = await readCurrentOnce({ objects, layout });
  if (!set.ok) return;
  // The mirror is unsigned: words of its manifest around the four digests can be changed by whoever may write there.
  const files = scene.isDamaged() ? DATA_FILES : RELEASE_FILES;
  for (const { id } of await documents.list('releases')) {
    const stored = await Promise.all(files.map((file) => objects.get(releaseObject(layout, id, file))));
    const isThis = files.every((file, index) =>
      Buffer.from(set.value.get(file)!).equals(stored[index]?.bytes ?? new Uint8Array()),
    );
    if (isThis) return;
  }
  throw new Error('I2 a reader of the mirror was given a set that is no sealed version');
}

/** What the audit calls well is well: a damage of the mirror is never overlooked. */
async function readAudit(scene: Scene): Promise<void> {
  const report = await auditRelease(scene.plainDeps(), { allReleases: true });
  // A crash after the commit leaves the copy of the act to the next who comes.
  const strange = report.mismatches.filter(({ message }) => !message.includes('the copy of an act outside the database'));
  if (strange.length > 0 && !scene.isDamaged()) throw new Error(`the audit finds what nobody did: ${JSON.stringify(strange)}`);
  if (report.ok)
    await judgeOf(scene.lab.stores, { memory: scene.judge.memory(), damagedAt: null }).check('of an audit that says ok');
}

/** A sealed object that somebody altered is never read as good (C2): in a world of its own, which is then taken back. */
async function readDamaged(scene: Scene, file: ReleaseFile): Promise<void> {
  const deps = scene.plainDeps();
  const committed = (await deps.documents.get(DOCUMENT_PATHS.head))?.committed_version;
  if (typeof committed !== 'string') return;
  const before = scene.lab.stores.snapshot();
  const name = releaseObject(deps.layout, committed, file);
  const found = await deps.objects.get(name);
  await overwrite(scene.lab.stores, name, flipped(found!.bytes));
  if ((await auditRelease(deps)).ok) throw new Error(`C2 the audit overlooks an altered ${name}`);
  scene.lab.stores.rewind(before);
}

function unlessUnavailable(error: unknown): null {
  if (error instanceof LivepoolError && error.code === 'POOL_UNAVAILABLE') return null;
  throw error;
}

import type { HeadDocument } from '../contracts/head-document.ts';
import { LivepoolError } from '../core/errors.ts';
import type { Refusal } from '../core/result.ts';
import { currentPrefix } from './layout.ts';
import type { ReleaseReadDeps } from './release-deps.ts';

type LookDeps = Pick<ReleaseReadDeps, 'objects' | 'layout'>;

/**
 * REGISTRY_LOST when objects of acts exist while the head has never seen an act: the documents were deleted, or another database
 * was put in their place. Only an act that wrote its intent leaves objects there, so that a killed first publish is never meant.
 */
export async function findLostRegistry(deps: LookDeps, head: HeadDocument): Promise<Refusal | null> {
  if (head.publish_seq > 0) return null;
  const { prefix } = deps.layout;
  for (const place of [`${prefix}/log/`, `${currentPrefix(deps.layout)}/`, `${prefix}/monthly/`]) {
    const [first] = await deps.objects.list(place);
    if (first !== undefined) return registryLost(first.name);
  }
  return null;
}

/** Throws REGISTRY_LOST: an act on top of it would count from 1 again and be refused by every reader that has seen more. */
export async function requireRegistry(deps: LookDeps, head: HeadDocument): Promise<void> {
  const lost = await findLostRegistry(deps, head);
  if (lost !== null) throw new LivepoolError(lost.code, 'terminal', lost.message, lost.details ?? {});
}

function registryLost(name: string): Refusal {
  const message = `objects of releases exist (${name}) without the documents that name them: head, registry and log are lost`;
  const remedy = 'restore the documents (documents.sqlite) from a copy; docs/operations/runbooks.md, R-12';
  return { code: 'REGISTRY_LOST', message, details: { name, remedy } };
}

import { OBJECT_PREFIX, SECRETS } from '../contracts/names.ts';
import type { AccessProbe, AccessTarget } from '../ports/access-probe.ts';
import type { Check } from './check.ts';

/** Where a deployed stack is. */
export interface StackPlace {
  readonly project: string;
  readonly bucket: string;
  /** `projects/…/cryptoKeys/…`; absent = not asked about. */
  readonly signingKey?: string | undefined;
}

interface Expectation {
  readonly what: string;
  readonly target: AccessTarget;
  /** What whoever looks needs. */
  readonly has: readonly string[];
  /** What nobody who only looks may have. */
  readonly lacks: readonly string[];
}

const REMEDY = 'compare with docs/operations/iam.md; look as sa-ops, and let pulumi up give and take rights';

/** Whether whoever looks may see what he must, and no more (operations spec §4: a dash is a denial and has a probe). */
export async function checkRights(probe: AccessProbe, place: StackPlace): Promise<readonly Check[]> {
  const checks = await Promise.all(expectations(place).map((expected) => checkOne(probe, expected)));
  const faults = checks.flat();
  if (faults.length > 0) return faults;
  const targets = expectations(place).map(({ what }) => what);
  return [{ name: 'rights', state: 'ok', found: `may look and nothing else: ${targets.join(', ')}` }];
}

function expectations({ project, bucket, signingKey }: StackPlace): readonly Expectation[] {
  const folders = ['releases', 'current', 'evidence', 'log'].map((name): Expectation => {
    const target: AccessTarget = { kind: 'folder', bucket, folder: `${OBJECT_PREFIX}/${name}/` };
    return {
      what: `${name}/`,
      target,
      has: ['storage.objects.get', 'storage.objects.list'],
      lacks: ['storage.objects.create', 'storage.objects.delete'],
    };
  });
  const secret: AccessTarget = { kind: 'secret', name: `projects/${project}/secrets/${SECRETS.exchangeKeys}` };
  const keys: Expectation = { what: 'exchange keys', target: secret, has: [], lacks: ['secretmanager.versions.access'] };
  if (signingKey === undefined) return [...folders, keys];
  const key: AccessTarget = { kind: 'key', name: signingKey };
  return [...folders, keys, { what: 'signing key', target: key, has: [], lacks: ['cloudkms.cryptoKeyVersions.useToSign'] }];
}

async function checkOne(probe: AccessProbe, { what, target, has, lacks }: Expectation): Promise<readonly Check[]> {
  const granted = new Set(await probe.granted(target, [...has, ...lacks]));
  const missing = has.filter((permission) => !granted.has(permission));
  const excess = lacks.filter((permission) => granted.has(permission));
  return [
    ...missing.map(
      (permission): Check => ({ name: 'rights', state: 'failed', found: `${what} lacks ${permission}`, remedy: REMEDY }),
    ),
    ...excess.map(
      (permission): Check => ({
        name: 'rights',
        state: 'warning',
        found: `${what} gives whoever looks ${permission}`,
        remedy: REMEDY,
      }),
    ),
  ];
}

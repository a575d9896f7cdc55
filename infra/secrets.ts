import * as gcp from '@pulumi/gcp';
import { SECRETS } from '../shared/src/contracts/names.ts';
import { type Place, protectedData } from './place.ts';
import { ROTATION_TOPIC, type Topics } from './topics.ts';

/** Exchange keys are exchanged every 90 days (operations spec §6). */
const ROTATION_S = 90 * 86_400;

/** Secrets without values: a person adds each version, and the deployment never sees one. By secret name. */
export function declareSecrets(place: Place, topics: Topics): Readonly<Record<string, gcp.secretmanager.Secret>> {
  const { project } = place.settings;
  const topic = topics.byName[ROTATION_TOPIC]!;
  // Read when the secret is made and ignored ever after: Secret Manager counts on from there.
  const firstRotation = new Date(Date.now() + ROTATION_S * 1_000).toISOString();
  return Object.fromEntries(
    Object.values(SECRETS).map((secretId) => [
      secretId,
      new gcp.secretmanager.Secret(
        `secret-${secretId}`,
        {
          project,
          secretId,
          replication: { auto: {} },
          topics: [{ name: topic.id }],
          rotation: { rotationPeriod: `${ROTATION_S}s`, nextRotationTime: firstRotation },
          deletionProtection: true,
          versionDestroyTtl: `${7 * 86_400}s`,
        },
        { ...protectedData(place), ignoreChanges: ['rotation.nextRotationTime'] },
      ),
    ]),
  );
}

import type { PubSub } from '@google-cloud/pubsub';
import { emulatorAuth } from './emulator-auth.ts';

export interface PubSubPlace {
  /** Default: the project of the credentials. */
  readonly projectId?: string;
  /** `host:port` of an emulator; no credentials are sent there. */
  readonly emulatorHost?: string;
}

/** A client of Pub/Sub; the package is loaded here, not before. */
export async function openPubSub({ projectId, emulatorHost }: PubSubPlace): Promise<PubSub> {
  const { PubSub: Client } = await import('@google-cloud/pubsub');
  return new Client({
    ...(projectId === undefined ? {} : { projectId }),
    ...(emulatorHost === undefined ? {} : { apiEndpoint: emulatorHost, emulatorMode: true, auth: await emulatorAuth() }),
  });
}

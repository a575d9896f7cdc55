import * as pulumi from '@pulumi/pulumi';
import { stackSettings } from '../settings/stack-settings.ts';
import { declareStack } from '../stack.ts';

/** A resource as the program asked for it. */
export interface RecordedResource {
  /** `gcp:storage/bucket:Bucket`. */
  readonly type: string;
  /** Name inside the program. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

export interface StackRecording {
  readonly stack: string;
  readonly project: string;
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Bundles that the update would put into the source bucket, as `<bucket>/<object>`, sorted. */
  readonly uploads: readonly string[];
}

/** A number that no real project has. */
const PROJECT_NUMBER = '100000000001';

/** Inside of a public key that the recorded key versions have. */
const RECORDED_PUBLIC_KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';

/**
 * Runs the program for one stack against Pulumi's mocks and keeps what it asked for: no account, no CLI, nothing is made. Checks of
 * the provider itself, differences and the order of an update are not shown.
 *
 * @param config All settings of the stack, as in `Pulumi.<stack>.yaml`.
 */
export async function recordStack(stack: string, config: Readonly<Record<string, string>>): Promise<StackRecording> {
  const asked: { readonly type: string; readonly name: string; readonly inputs: Record<string, unknown> }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        asked.push({ type, name, inputs });
        return { id: idOf(type, name, inputs), state: { ...inputs, ...computed(type, name, inputs) } };
      },
      call: ({ token, inputs }) => (token.includes('getKMSCryptoKeyVersion') ? publicKeyAnswer : inputs),
    },
    'livepool',
    stack,
    false,
  );
  pulumi.runtime.setAllConfig({ ...config });
  const settings = await stackSettings();
  const uploads: string[] = [];
  const options = new Map<string, pulumi.ResourceOptions>();
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(`${type} ${name}`, opts);
      return undefined;
    });
    return declareStack(settings, { put: async (bucket, object) => void uploads.push(`${bucket}/${object}`) });
  });
  const values = await resolved(outputs);
  // Waits until everything has been asked for; the next recording begins with a monitor of its own.
  await pulumi.runtime.disconnect();
  const resources = asked
    .filter(({ type }) => type !== 'pulumi:pulumi:Stack')
    .map(({ type, name, inputs }) => {
      const { protect = false, retainOnDelete = false } = options.get(`${type} ${name}`) ?? {};
      return { type, name, inputs, protect: protect === true, retainOnDelete: retainOnDelete === true };
    });
  return { stack, project: config['gcp:project'] ?? '', resources, outputs: values, uploads: uploads.toSorted() };
}

const publicKeyAnswer = {
  publicKeys: [
    { algorithm: 'EC_SIGN_ED25519', pem: `-----BEGIN PUBLIC KEY-----\n${RECORDED_PUBLIC_KEY}\n-----END PUBLIC KEY-----\n` },
  ],
};

/** What Google would answer, as far as the program goes on with it. */
function computed(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const project = text(inputs, 'project');
  const id = idOf(type, name, inputs);
  switch (type) {
    case 'gcp:serviceaccount/account:Account': {
      const email = `${text(inputs, 'accountId')}@${project}.iam.gserviceaccount.com`;
      return { email, member: `serviceAccount:${email}`, name: `projects/${project}/serviceAccounts/${email}` };
    }
    case 'gcp:projects/serviceIdentity:ServiceIdentity':
      return {
        member: `serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-${text(inputs, 'service').split('.')[0]}.iam.gserviceaccount.com`,
      };
    case 'gcp:projects/iAMCustomRole:IAMCustomRole':
      return { name: `projects/${project}/roles/${text(inputs, 'roleId')}` };
    case 'gcp:iam/workloadIdentityPool:WorkloadIdentityPool':
      return {
        name: `projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/${text(inputs, 'workloadIdentityPoolId')}`,
      };
    case 'gcp:cloudfunctionsv2/function:Function':
      return {
        serviceConfig: { ...(inputs.serviceConfig as object), uri: `https://${text(inputs, 'name')}-abc123-uk.a.run.app` },
      };
    case 'gcp:kms/cryptoKeyVersion:CryptoKeyVersion':
      return { name: id };
    case 'gcp:storage/bucket:Bucket':
      return { url: `gs://${text(inputs, 'name')}` };
    case 'gcp:compute/address:Address':
      return { address: '203.0.113.10', selfLink: id };
    case 'gcp:artifactregistry/repository:Repository':
      return { name: inputs.repositoryId };
    default:
      return {};
  }
}

/** Ids in the forms that other resources are given. */
function idOf(type: string, name: string, inputs: Record<string, unknown>): string {
  const project = text(inputs, 'project');
  switch (type) {
    case 'gcp:pubsub/topic:Topic':
      return `projects/${project}/topics/${text(inputs, 'name')}`;
    case 'gcp:kms/keyRing:KeyRing':
      return `projects/${project}/locations/${text(inputs, 'location')}/keyRings/${text(inputs, 'name')}`;
    case 'gcp:kms/cryptoKey:CryptoKey':
      return `${text(inputs, 'keyRing')}/cryptoKeys/${text(inputs, 'name')}`;
    case 'gcp:kms/cryptoKeyVersion:CryptoKeyVersion':
      return `${text(inputs, 'cryptoKey')}/cryptoKeyVersions/${name.split('-').at(-1)}`;
    default:
      return `${name}-id`;
  }
}

function text(inputs: Record<string, unknown>, name: string): string {
  const value = inputs[name];
  return typeof value === 'string' ? value : '';
}

async function resolved(outputs: unknown): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    pulumi.output(outputs as Record<string, unknown>).apply((values) => resolve(values as Record<string, unknown>));
  });
}

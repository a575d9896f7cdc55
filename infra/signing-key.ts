import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';
import { SIGNING_KEY } from '../shared/src/contracts/names.ts';
import { type Place, protectedData } from './place.ts';

export interface SigningKey {
  readonly key: gcp.kms.CryptoKey;
  /** Full name of the version that signs: the newest. */
  readonly signingVersion: pulumi.Output<string>;
  /** Public keys of all versions (SPKI DER, base64), comma-separated: what may have signed what is there. */
  readonly trustedKeys: pulumi.Output<string>;
}

/** A destroyed version can be brought back for this long. */
const DESTROY_DELAY_S = 30 * 86_400;

/** The key that signs releases and acts. A new version begins to sign; the former ones stay, because readers still verify with them. */
export function declareSigningKey(place: Place): SigningKey {
  const { project, region, signingKeyVersions, formerKeys } = place.settings;
  const options = protectedData(place);
  const ring = new gcp.kms.KeyRing('key-ring', { project, name: SIGNING_KEY.ring, location: region }, options);
  const key = new gcp.kms.CryptoKey(
    'signing-key',
    {
      name: SIGNING_KEY.key,
      keyRing: ring.id,
      purpose: 'ASYMMETRIC_SIGN',
      versionTemplate: { algorithm: 'EC_SIGN_ED25519', protectionLevel: 'SOFTWARE' },
      skipInitialVersionCreation: true,
      destroyScheduledDuration: `${DESTROY_DELAY_S}s`,
    },
    options,
  );
  const versions = Array.from(
    { length: signingKeyVersions },
    (_, index) => new gcp.kms.CryptoKeyVersion(`signing-key-version-${index + 1}`, { cryptoKey: key.id }, options),
  );
  return {
    key,
    signingVersion: versions.at(-1)!.name,
    trustedKeys: pulumi
      .all(versions.map((version) => publicKey(key, version)))
      .apply((keys) => [...keys, ...formerKeys].join(',')),
  };
}

/** Public key of a version, as readers pin it. */
function publicKey(key: gcp.kms.CryptoKey, { name }: gcp.kms.CryptoKeyVersion): pulumi.Output<string> {
  const version = name.apply((full) => Number(full.split('/').at(-1)));
  const { publicKeys } = gcp.kms.getKMSCryptoKeyVersionOutput({ cryptoKey: key.id, version });
  return pulumi.all([publicKeys, version]).apply(([keys, number]) => spkiOf(keys[0]?.pem, number));
}

/**
 * The inside of a PEM: SPKI DER in base64. RunError where Google gave no key, because an empty entry would leave readers with nothing
 * to verify with.
 */
export function spkiOf(pem: string | undefined, version: number): string {
  const inside = (pem ?? '').replaceAll(/-----[^-]+-----|\s/g, '');
  if (inside !== '') return inside;
  throw new pulumi.RunError(
    `version ${version} of the signing key has no public key yet; run pulumi up again when it is enabled`,
  );
}

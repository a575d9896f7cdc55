import { LivepoolError } from '#shared/core/errors.ts';
import { releasePrefix } from '#shared/release/layout.ts';
import { loadReleaseFiles, type VerifyReport, verifyRelease } from '#shared/release/verify-release.ts';
import { type ValidationOf, verifyVersion } from '#shared/release/verify-version.ts';
import type { CloudSite } from './cloud-site.ts';

/**
 * Judges the five objects below `gs://<bucket>/<prefix>`. Where that is a version of the deployment itself, also against its seal and
 * signature; elsewhere (a mirror, a copy) by the rules of the files alone. INPUT_INVALID for another form of address.
 */
export async function verifyAddress(site: CloudSite, address: string, validation: ValidationOf): Promise<VerifyReport> {
  const { bucket, prefix } = parseAddress(address);
  const deps = site.readDeps();
  const version = prefix.split('/').at(-1) ?? '';
  if (bucket === site.bucket && prefix === releasePrefix(deps.layout, version)) return verifyVersion(deps, version, validation);
  const { files, findings } = await loadReleaseFiles(site.bucketOf(bucket), prefix);
  const report = verifyRelease({ files, validation: validation(files) });
  return { ...report, ok: report.ok && findings.length === 0, findings: [...findings, ...report.findings] };
}

function parseAddress(address: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, prefix] = /^gs:\/\/([a-z0-9][a-z0-9._-]+)\/(.+?)\/*$/.exec(address) ?? [];
  if (bucket !== undefined && prefix !== undefined) return { bucket, prefix };
  const message = `${address} is no address of a release; expected gs://BUCKET/PREFIX, below which the five objects are`;
  throw new LivepoolError('INPUT_INVALID', 'terminal', message);
}

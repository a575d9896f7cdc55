import { callerToken } from '#shared/adapters/gcp/caller-token.ts';
import { cloudLogger } from '#shared/adapters/gcp/log-json.ts';
import { tokenCertificates } from '#shared/adapters/gcp/token-certificates.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import type { ServeDeps } from './serve-request.ts';

/** What `serveDeps` needs of a deployable's configuration. */
export interface ServeConfig {
  readonly PIPELINE_PROJECT: string;
  readonly PIPELINE_ENVIRONMENT: string;
  readonly PIPELINE_AUDIENCE: string;
  readonly PIPELINE_CALLERS: readonly string[];
  readonly PIPELINE_TOKEN_ISSUER: string;
  readonly PIPELINE_TOKEN_CERTS_URL: string;
  readonly PIPELINE_TOKEN_SIGNATURE: 'required' | 'platform';
  readonly PIPELINE_BUNDLE_SHA256: string;
}

/** Clock, chance, caller check and logger of a deployable, as they are in production. */
export function serveDeps(deployable: string, config: ServeConfig): ServeDeps {
  const clock = systemClock();
  const version = config.PIPELINE_BUNDLE_SHA256.slice(0, 12);
  return {
    clock,
    random: systemRandom(),
    checkCaller: callerToken(
      { clock, certificates: tokenCertificates({ clock, url: config.PIPELINE_TOKEN_CERTS_URL }) },
      {
        audience: config.PIPELINE_AUDIENCE,
        issuer: config.PIPELINE_TOKEN_ISSUER,
        callers: config.PIPELINE_CALLERS,
        signature: config.PIPELINE_TOKEN_SIGNATURE,
      },
    ),
    loggerOf: (trace) =>
      cloudLogger({
        clock,
        labels: { env: config.PIPELINE_ENVIRONMENT, deployable, version },
        trace: { projectId: config.PIPELINE_PROJECT, ...trace },
      }),
  };
}

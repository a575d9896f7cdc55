import type { AccessProbe, AccessTarget } from '../../ports/access-probe.ts';
import type { CallTiming } from './bounded-attempts.ts';
import { environmentToken, restCall } from './rest-call.ts';

export interface AccessProbeOptions extends CallTiming {
  /** One stand-in that speaks all three APIs, `http://host:port`; no credentials are sent there. Default: Google's. */
  readonly apiEndpoint?: string | undefined;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Asks Cloud Storage, Secret Manager and Cloud KMS with `testIamPermissions`, which everybody may. */
export function gcpAccessProbe({ apiEndpoint, ...timing }: AccessProbeOptions): AccessProbe {
  const accessToken = apiEndpoint === undefined ? environmentToken('Google Cloud', SCOPE) : undefined;
  const call = restCall({ ...timing, service: 'Google Cloud', advice: 'check names and credentials', accessToken });
  return {
    granted: async (target, permissions) => {
      const { method, url, body } = question(target, permissions, apiEndpoint);
      const { permissions: granted = [] } = await call(method, url, body);
      return Array.isArray(granted) ? granted.filter((permission) => typeof permission === 'string') : [];
    },
  };
}

function question(target: AccessTarget, permissions: readonly string[], endpoint: string | undefined) {
  switch (target.kind) {
    case 'folder': {
      const query = permissions.map((permission) => `permissions=${permission}`).join('&');
      const path = `storage/v1/b/${target.bucket}/managedFolders/${encodeURIComponent(target.folder)}/iam/testPermissions`;
      return { method: 'GET' as const, url: `${endpoint ?? 'https://storage.googleapis.com'}/${path}?${query}` };
    }
    case 'secret': {
      const url = `${endpoint ?? 'https://secretmanager.googleapis.com'}/v1/${target.name}:testIamPermissions`;
      return { method: 'POST' as const, url, body: { permissions } };
    }
    case 'key': {
      const url = `${endpoint ?? 'https://cloudkms.googleapis.com'}/v1/${target.name}:testIamPermissions`;
      return { method: 'POST' as const, url, body: { permissions } };
    }
  }
}

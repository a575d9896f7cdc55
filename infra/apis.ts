import * as gcp from '@pulumi/gcp';

/** Google services that the stack uses. */
export const APIS = [
  'artifactregistry',
  'billingbudgets',
  'cloudbuild',
  'cloudfunctions',
  'cloudkms',
  'cloudresourcemanager',
  'cloudscheduler',
  'cloudtasks',
  'compute',
  'firebaserules',
  'firestore',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'pubsub',
  'run',
  'secretmanager',
  'storage',
  'sts',
] as const;

/** Turns the services on; they stay on when the stack goes, because others may use them. */
export function enableApis(project: string): gcp.projects.Service[] {
  return APIS.map(
    (api) => new gcp.projects.Service(`api-${api}`, { project, service: `${api}.googleapis.com`, disableOnDestroy: false }),
  );
}

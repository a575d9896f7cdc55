import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import { accountId } from '../shared/src/contracts/names.ts';
import { PUSH_IDENTITIES, RUNTIME_IDENTITIES } from './deployables.ts';
import { type Place, replaceable } from './place.ts';

export interface Identities {
  /** Service accounts by identity (`collect`, `push-score`, `scheduler`, `deploy`, …). */
  readonly accounts: Readonly<Record<string, gcp.serviceaccount.Account>>;
  /** `member` text of every identity, service agents of Google, the operators' group and CI included. */
  readonly members: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Identities that are no deployable: who calls, who operates, who builds and deploys. */
const OTHER_IDENTITIES = ['scheduler', 'ops', 'builder', 'deploy'] as const;

/** Google's own identities that need a right of ours. */
const SERVICE_AGENTS = ['monitoring', 'pubsub', 'secretmanager'] as const;

/** One service account for each deployable, stage caller and role; no keys, no default account. */
export function declareIdentities(place: Place): Identities {
  const names = [...RUNTIME_IDENTITIES, ...PUSH_IDENTITIES, ...OTHER_IDENTITIES];
  const accounts = Object.fromEntries(names.map((name) => [name, account(place, name)]));
  const agents = Object.fromEntries(SERVICE_AGENTS.map((service) => [`agent-${service}`, serviceAgent(place, service)]));
  const own = Object.fromEntries(Object.entries(accounts).map(([name, { member }]) => [name, member]));
  const operators = `group:${place.settings.operatorGroup}`;
  return { accounts, members: { ...own, ...agents, operators, ci: ciPrincipal(place) } };
}

/** E-mail of an identity, known before it exists. */
export function emailOf(project: string, identity: string): string {
  return `${accountId(identity)}@${project}.iam.gserviceaccount.com`;
}

function account(place: Place, identity: string): gcp.serviceaccount.Account {
  const { project } = place.settings;
  const args = { project, accountId: accountId(identity), displayName: `livepool ${identity}` };
  return new gcp.serviceaccount.Account(`account-${identity}`, args, replaceable(place));
}

/** Google makes the identity when it is first needed; a right needs it earlier. */
function serviceAgent(place: Place, service: string): pulumi.Output<string> {
  const args = { project: place.settings.project, service: `${service}.googleapis.com` };
  return new gcp.projects.ServiceIdentity(`agent-${service}`, args, replaceable(place)).member;
}

/** CI proves who it is with its own token: one repository, one branch, one environment, and no key that could leak. */
function ciPrincipal(place: Place): pulumi.Output<string> {
  const { project, ciRepository, environment } = place.settings;
  const options = replaceable(place);
  const pool = new gcp.iam.WorkloadIdentityPool('ci-pool', { project, workloadIdentityPoolId: 'ci' }, options);
  new gcp.iam.WorkloadIdentityPoolProvider(
    'ci-provider',
    {
      project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
      attributeCondition: [
        `assertion.repository == '${ciRepository}'`,
        `assertion.ref == 'refs/heads/main'`,
        `assertion.environment == '${environment}'`,
      ].join(' && '),
    },
    options,
  );
  return pool.name.apply((name) => `principalSet://iam.googleapis.com/${name}/attribute.repository/${ciRepository}`);
}

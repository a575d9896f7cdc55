import type { RecordedResource, StackRecording } from '../../../infra/recording/record-stack.ts';
import { type Check, textAt } from './recorded.ts';

/** `[identity, target, role]` in the words of `docs/operations/iam.md`. */
export type GrantTriple = readonly [identity: string, target: string, role: string];

/** Every right that a stack gives, whatever resource gives it. */
export function recordedGrants(recording: StackRecording): readonly GrantTriple[] {
  return recording.resources
    .filter(({ type }) => /I(AM|am)(Member|Binding|Policy)$/.test(type))
    .map((resource) => [
      identityOf(textAt(resource.inputs, 'member'), recording.project),
      targetOf(resource, recording.project),
      textAt(resource.inputs, 'role').replace(`projects/${recording.project}/roles/`, ''),
    ]);
}

/** Rows of the tables below `## Rights` in the page. */
export function documentedGrants(page: string): readonly GrantTriple[] {
  const [, rights = ''] = page.split('\n## Rights\n');
  const [tables = ''] = rights.split('\n## ');
  return [...tables.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, who = '', what = '', as = '']) => [
    who,
    what,
    as,
  ]);
}

/** Rights that are too many or too few against the page. */
export function rightsAgainst(page: string): Check {
  const wanted = documentedGrants(page).map((grant) => grant.join(' | '));
  return (recording) => {
    const found = recordedGrants(recording).map((grant) => grant.join(' | '));
    return [
      ...found.filter((grant) => !wanted.includes(grant)).map((grant) => `not in the table: ${grant}`),
      ...wanted.filter((grant) => !found.includes(grant)).map((grant) => `only in the table: ${grant}`),
      ...found.filter((grant, index) => found.indexOf(grant) !== index).map((grant) => `given twice: ${grant}`),
    ];
  };
}

/** Permissions of our own roles against the page's `## Roles of our own`. */
export function rolesAgainst(page: string): Check {
  const [, section = ''] = page.split('\n## Roles of our own\n');
  const rows = [...section.matchAll(/^\| `(livepool\w+)` \| ([^|]+) \|/gm)];
  const wanted = rows.map(
    ([, role = '', cell = '']) => `${role}: ${[...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name).join(', ')}`,
  );
  return ({ resources }) => {
    const found = resources
      .filter(({ type, inputs }) => type.endsWith(':IAMCustomRole') && textAt(inputs, 'roleId') !== 'livepoolDeployer')
      .map(({ inputs }) => `${textAt(inputs, 'roleId')}: ${(inputs.permissions as readonly string[]).join(', ')}`);
    return [...found.filter((role) => !wanted.includes(role)), ...wanted.filter((role) => !found.includes(role))];
  };
}

function identityOf(member: string, project: string): string {
  const account = /^serviceAccount:sa-([a-z-]+)@(.+)\.iam\.gserviceaccount\.com$/.exec(member);
  if (account !== null && account[2] === project) return account[1]!;
  const agent = /^serviceAccount:service-\d+@gcp-sa-([a-z]+)\.iam\.gserviceaccount\.com$/.exec(member);
  if (agent !== null) return `agent-${agent[1]}`;
  if (member.startsWith('group:')) return 'operators';
  if (member.startsWith('principalSet://')) return 'ci';
  return member || 'several members';
}

function targetOf({ type, inputs }: RecordedResource, project: string): string {
  const short = type.split(':').at(-1) ?? '';
  switch (short) {
    case 'ManagedFolderIamMember':
      return `folder ${folderOf(textAt(inputs, 'bucket'), textAt(inputs, 'managedFolder'), project)}`;
    case 'BucketIAMMember':
      return `bucket ${textAt(inputs, 'bucket').replace(`${project}-livepool-`, '')}`;
    case 'IAMMember':
      return type.includes('serviceaccount') ? accountOf(textAt(inputs, 'serviceAccountId')) : databaseOf(inputs, project);
    case 'TopicIAMMember':
      return `topic ${textAt(inputs, 'topic')}`;
    case 'SubscriptionIAMMember':
      return `subscription ${textAt(inputs, 'subscription')}`;
    case 'SecretIamMember':
      return `secret ${textAt(inputs, 'secretId')}`;
    case 'CryptoKeyIAMMember':
      return 'key';
    case 'ServiceIamMember':
      return `function ${textAt(inputs, 'name')}`;
    case 'QueueIamMember':
      return 'queue';
    case 'RepositoryIamMember':
      return 'registry';
    default:
      return `unknown ${short}`;
  }
}

function folderOf(bucket: string, folder: string, project: string): string {
  return `${bucket.replace(`${project}-livepool-`, '')}/${folder.replace(/\/$/, '').split('/').at(-1) ?? ''}`;
}

function accountOf(id: string): string {
  return `account ${/\/sa-([a-z-]+)@/.exec(id)?.[1] ?? id}`;
}

/** The project's policy, bound to one database where a condition says exactly that. */
function databaseOf(inputs: RecordedResource['inputs'], project: string): string {
  const expression = textAt(inputs, 'condition.expression');
  if (expression === '') return 'project';
  const database = new RegExp(`^resource\\.name == "projects/${project}/databases/([^"]+)"$`).exec(expression)?.[1];
  return database === undefined ? `project if ${expression}` : `database ${database}`;
}

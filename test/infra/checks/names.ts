import { MARKET_TOPICS, SECRETS, SIGNAL_TOPICS, TOPICS } from '#shared/contracts/names.ts';
import { FUNCTIONS } from '../../../infra/deployables.ts';
import { type Check, ofType, textAt } from './recorded.ts';

/** What a physical name must look like, by type; `P` is the project. */
const RULES: Readonly<Record<string, { readonly field: string; readonly form: (project: string) => RegExp }>> = {
  Bucket: { field: 'name', form: (project) => new RegExp(`^${project}-livepool-(release|cold|source)$`) },
  ManagedFolder: { field: 'name', form: () => /^([a-z-]+\/)+$/ },
  Account: { field: 'accountId', form: () => /^sa-[a-z]+(-[a-z]+)?$/ },
  Topic: { field: 'name', form: () => /^[a-z]+(-[a-z]+)?(-dlq)?$/ },
  Subscription: { field: 'name', form: () => /^[a-z-]+-to-[a-z]+$/ },
  Function: { field: 'name', form: () => new RegExp(`^(${FUNCTIONS.map(({ name }) => name).join('|')})$`) },
  Job: { field: 'name', form: () => /^[a-z0-9]+-[a-z0-9]+$/ },
  Secret: { field: 'secretId', form: () => new RegExp(`^(${Object.values(SECRETS).join('|')})$`) },
  Metric: { field: 'name', form: () => /^clp_[a-z_]+_total$/ },
  IAMCustomRole: { field: 'roleId', form: () => /^livepool[A-Z][A-Za-z]+$/ },
};

/** Every resource is named by rule: in the program, and in the cloud where it has a name of its own; no name is there twice. */
export const names: Check = (recording) => {
  const { resources, project } = recording;
  const logical = resources
    .filter(({ name }) => !/^[a-z][a-zA-Z0-9-]*$/.test(name))
    .map(({ type, name }) => `${type} has the name ${name}`);
  const physical = Object.entries(RULES).flatMap(([type, { field, form }]) =>
    ofType(recording, type)
      .filter(({ inputs }) => !form(project).test(textAt(inputs, field)))
      .map(({ name, inputs }) => `${name} is called ${textAt(inputs, field) || 'by Pulumi'}`),
  );
  const keys = resources.map(({ type, name }) => `${type} ${name}`);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} is there twice`);
  return [...logical, ...physical, ...twice];
};

/** Every topic that code publishes to is there, under the name that code uses. */
export const codeTopics: Check = (recording) => {
  const declared = new Set(ofType(recording, 'Topic').map(({ inputs }) => textAt(inputs, 'name')));
  return [...Object.values(TOPICS), ...Object.values(SIGNAL_TOPICS), ...Object.values(MARKET_TOPICS)]
    .filter((topic) => !declared.has(topic))
    .map((topic) => `topic ${topic} is not declared`);
};

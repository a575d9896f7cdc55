import type { z } from 'zod';
import { at, type Check, ofType, textAt } from './recorded.ts';

/** One worker, always there, exactly the image that was tested, watched by probes, and going out through the known address only. */
export const worker: Check = (recording) =>
  ofType(recording, 'WorkerPool').flatMap(({ name, inputs }) => {
    const container = at(inputs, 'template.containers.0');
    return [
      ...(at(inputs, 'scaling.manualInstanceCount') === 1 ? [] : [`${name} is not one instance`]),
      ...(/@sha256:[0-9a-f]{64}$/.test(textAt(container, 'image')) ? [] : [`${name} has an image without digest`]),
      ...['startupProbe', 'livenessProbe']
        .filter((probe) => textAt(container, `${probe}.httpGet.path`) !== '/live')
        .map((probe) => `${name} has no ${probe} that asks for the process alone`),
      ...(Number(at(container, 'startupProbe.periodSeconds')) * Number(at(container, 'startupProbe.failureThreshold')) >= 180
        ? []
        : [`${name} has less than 180 s to start`]),
      ...(textAt(inputs, 'template.vpcAccess.egress') === 'ALL_TRAFFIC' ? [] : [`${name} goes out past the known address`]),
    ];
  });

/** The worker's environment is what its own schema wants, and its probes ask where it listens. */
export function workerEnvironment(schema: z.ZodType): Check {
  return (recording) =>
    ofType(recording, 'WorkerPool').flatMap(({ name, inputs }) => {
      const container = at(inputs, 'template.containers.0');
      const envs = at(container, 'envs') as readonly { readonly name: string; readonly value: string }[];
      const environment = Object.fromEntries(envs.map((env) => [env.name, env.value]));
      const parsed = schema.safeParse(environment);
      const port = Number(environment.PIPELINE_HTTP_PORT);
      return [
        ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${name}: ${issue.path.join('.')} ${issue.message}`)),
        ...(['startupProbe', 'livenessProbe'].every((probe) => at(container, `${probe}.httpGet.port`) === port)
          ? []
          : [`${name} is probed where it does not listen`]),
        ...(environment.PIPELINE_MODE === 'paper' ? [] : [`${name} would trade`]),
      ];
    });
}

/** Every deployable runs as an identity of its own, never as the default one, and no identity has a key. */
export const identities: Check = (recording) => {
  const accounts = new Set(
    ofType(recording, 'Account').map(
      ({ inputs }) => `${textAt(inputs, 'accountId')}@${recording.project}.iam.gserviceaccount.com`,
    ),
  );
  const running = [
    ...ofType(recording, 'Function').map(({ name, inputs }) => ({
      name,
      as: textAt(inputs, 'serviceConfig.serviceAccountEmail'),
    })),
    ...ofType(recording, 'WorkerPool').map(({ name, inputs }) => ({ name, as: textAt(inputs, 'template.serviceAccount') })),
  ];
  return [
    ...running.filter(({ as }) => !accounts.has(as)).map(({ name, as }) => `${name} runs as ${as || 'the default account'}`),
    ...recording.resources.filter(({ type }) => type === 'gcp:serviceaccount/key:Key').map(({ name }) => `${name} is a key`),
    ...ofType(recording, 'Function')
      .filter(({ inputs }) => textAt(inputs, 'buildConfig.serviceAccount') === '')
      .map(({ name }) => `${name} is built by the default account`),
  ];
};

/** No value of a secret passes through the program. */
export const secretValues: Check = ({ resources }) =>
  resources.filter(({ type }) => type.endsWith(':SecretVersion')).map(({ name }) => `${name} would keep a value in the state`);

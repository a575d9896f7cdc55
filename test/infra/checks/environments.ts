import type { z } from 'zod';
import { at, type Check, ofType, textAt } from './recorded.ts';

/** Every function's environment is what its own schema wants, and its callers are those who have the right to call it. */
export function environments(schemas: Readonly<Record<string, z.ZodType>>): Check {
  return (recording) =>
    ofType(recording, 'Function').flatMap(({ name, inputs }) => {
      const schema = schemas[textAt(inputs, 'name')];
      if (schema === undefined) return [`${name} has no schema`];
      const parsed = schema.safeParse(at(inputs, 'serviceConfig.environmentVariables'));
      if (parsed.success) return [];
      return parsed.error.issues.map((issue) => `${name}: ${issue.path.join('.')} ${issue.message}`);
    });
}

/** Who passes a function's own check is who passes Google's, but for the checker that is meant to be refused. */
export const callers: Check = (recording) =>
  ofType(recording, 'Function').flatMap(({ name, inputs }) => {
    const invokers = recording.resources
      .filter(({ type, inputs: right }) => type.endsWith(':ServiceIamMember') && textAt(right, 'name') === textAt(inputs, 'name'))
      .map(({ inputs: right }) => textAt(right, 'member').replace('serviceAccount:', ''))
      .filter((member) => !member.includes('@gcp-sa-monitoring.'));
    const listed = textAt(inputs, 'serviceConfig.environmentVariables.PIPELINE_CALLERS').split(',');
    return invokers.toSorted().join() === listed.toSorted().join()
      ? []
      : [`${name} lists ${listed.join()}, invokers are ${invokers.join()}`];
  });

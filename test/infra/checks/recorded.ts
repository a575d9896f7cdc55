import type { RecordedResource, StackRecording } from '../../../infra/recording/record-stack.ts';

/** A check looks at what a stack asked for and names everything that is wrong; nothing = in order. */
export type Check = (recording: StackRecording) => readonly string[];

/** Resources whose type ends in a name, `Bucket`, `Function`. */
export function ofType({ resources }: StackRecording, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type.endsWith(`:${type}`));
}

/** A value inside the inputs, by path `a.b.0.c`; undefined where there is none. */
export function at(inputs: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs);
}

/** The same where it is a text, else empty. */
export function textAt(inputs: unknown, path: string): string {
  const value = at(inputs, path);
  return typeof value === 'string' ? value : '';
}

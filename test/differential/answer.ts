import { LivepoolError } from '#shared/core/errors.ts';

/** The value of a call, or the code of its refusal. */
export async function answer(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof LivepoolError) return { code: error.code, kind: error.kind };
    throw error;
  }
}

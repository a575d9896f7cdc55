/** What the authentication library says when there is nobody to act as; no later attempt says anything else. */
const MISSING = /could not load the default credentials|unable to detect a project id|invalid_grant|invalid_client/i;

/** True for an error that means: this process has no usable credentials or project. */
export function isMissingCredentials(thrown: unknown): boolean {
  return thrown instanceof Error && MISSING.test(thrown.message);
}

import { stackSettings } from './settings/stack-settings.ts';
import { declareStack } from './stack.ts';

/** The program that `pulumi up` runs; what it returns are the outputs of the stack (docs/operations/stack-outputs.md). */
export default async () => declareStack(await stackSettings());

import { playScenario } from './mutant-scenarios.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { mutateProtocol } from './mutate.ts';

/** What the named scenario finds in a mutant; null when it survives. */
export async function findMutant({ scenario, edits }: Mutant): Promise<string | null> {
  const { protocol, remove } = await mutateProtocol(edits);
  try {
    await playScenario(scenario, protocol);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    remove();
  }
}

/** Ids of the mutants that are caught for the right reason. */
export async function caughtMutants(): Promise<readonly string[]> {
  const caught: string[] = [];
  for (const mutant of MUTANTS) {
    if ((await findMutant(mutant))?.startsWith(`${mutant.breaks} `) === true) caught.push(mutant.id);
  }
  return caught;
}

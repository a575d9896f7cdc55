import type { SoakFigures } from './run-soak.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** One row for each part that was tried: what, how often, and what broke. */
function rowsOf(figures: SoakFigures): readonly (readonly [string, string, string])[] {
  const { found, mixes } = figures;
  const violations = found.length === 0 ? '0' : 'see below';
  const rows: readonly (readonly [number, string, string, string])[] = [
    [figures.singleCrashes, 'single crashes', number(figures.singleCrashes), violations],
    [figures.doubleCrashes, 'double crashes', number(figures.doubleCrashes), violations],
    [figures.schedules, 'random schedules', `${number(figures.schedules)} (${number(figures.commands)} commands)`, violations],
    [figures.modelStates, 'states of the model', number(figures.modelStates), violations],
    [figures.mutants, 'mutants caught', `${figures.mutantsCaught.length} of ${figures.mutants}`, '–'],
    [1, 'mixes of two releases rejected', `${mixes.rejected} of 32, ${mixes.accepted} whole ones accepted`, '–'],
    ...figures.differential.map(
      ({ stores, commands }) =>
        [commands, `differential: ${stores.join(', ')}`, `${number(commands)} commands`, violations] as const,
    ),
  ];
  return rows.flatMap(([tried, ...cells]) => (tried > 0 ? [cells] : []));
}

/** For a terminal. */
export function soakText(figures: SoakFigures): string {
  const { commit, seed, minutes, found, processes, judgements } = figures;
  const head = `commit ${commit}, seed ${seed}, ${minutes} min, ${number(processes)} processes, I1–I8 judged ${number(judgements)} times`;
  const rows = rowsOf(figures).map(([what, count, broke]) => `  ${what.padEnd(66)} ${count.padEnd(38)} ${broke}`);
  const table = [`  ${'tried'.padEnd(66)} ${'how often'.padEnd(38)} violations`, ...rows];
  const end = found.length === 0 ? ['nothing found'] : ['FOUND:', ...found];
  return `${[head, ...table, ...end].join('\n')}\n`;
}

/** The page of the documentation. */
export function soakPage(figures: SoakFigures): string {
  const { commit, seed, minutes, found, processes, judgements } = figures;
  const rows = rowsOf(figures).map((cells) => `| ${cells.join(' | ')} |`);
  const tries = figures.singleCrashes + figures.doubleCrashes + figures.schedules;
  return `# Fault campaign

Written by \`npm run soak -- --minutes ${minutes} --seed ${seed} --write docs/operations/fault-campaign.md\`; not edited by hand.

**${found.length} in ${number(tries)} under the fault model below at commit \`${commit}\`**: that many histories of the release protocol, with
${number(processes)} processes carried out and the invariants I1–I8 judged ${number(judgements)} times.

| tried | how often | violations |
|---|---|---|
${rows.join('\n')}
${found.length === 0 ? '' : `\n## Found\n\n${found.map((one) => `\`\`\`\n${one}\n\`\`\`\n`).join('\n')}`}
## Fault model

- **Crashes.** A process dies at any call to a store or the signer: before it, with the request applied and unacknowledged, or with
  the request applied some calls later or after everything. The process that recovers dies in the same ways; a third one finishes.
- **Schedules.** Publish, duplicate, rollback, restore, recover; crashes and lost answers at any call; up to three processes at once that
  sleep and wake between any two calls; leases stolen and clocks moved (a minute to a day on, an hour to ten days back) at any moment; a foreign hand
  that corrupts, deletes or replaces objects of the mirror; late requests; rotated keys; holds; readers of pointer, mirror and audit.
- **Model.** Steps 7 to 11 with five objects: two processes with one lost or late request, three processes without; any of them may stop for ever,
  or seize the lease, at any moment. Its text is apart from the product's.
- **Judge.** \`test/release/invariants.ts\` reads the stores raw, shares no code with the product, and looks after every write.
- **Not in it.** A store that breaks its own laws, a stolen private key, more than one foreign hand on the database. The stores are in memory; what
  the others do is held equal by the differential run. Nothing was run on Google Cloud itself.

Worlds that are equal have one future, so equal crash points share what comes after: the counts above are of histories, the number of processes
is of what was really carried out.

## Again

| want | command |
|---|---|
| the short form, in every test run | \`npm test\` |
| longer | \`npm run soak -- --minutes 60\` |
| one part | \`npm run soak -- --only schedules\` (or \`crashes\`, \`model\`, \`differential\`) |
| a schedule that failed | the command that the failure prints, with \`--seed\` and \`--path\` |
`;
}

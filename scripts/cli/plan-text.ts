import type { PublishPlan } from '#shared/release/plan.ts';

/** The planned writes as lines: phase, what, where, under which condition. */
export function planText(plan: PublishPlan): string {
  const lines = plan.writes.map((write) => {
    const where = write.op === 'write_documents' ? write.documents.join(' + ') : write.object;
    return `  ${write.phase.padEnd(8)} ${write.op.padEnd(15)} ${where}  [${write.guard}]`;
  });
  return [`${plan.action} ${plan.version}: ${plan.writes.length} writes, none made`, ...lines].join('\n');
}

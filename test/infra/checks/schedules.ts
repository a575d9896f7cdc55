import { at, type Check, ofType, textAt } from './recorded.ts';

const MARGIN_S = 30;
const LONGEST_DEADLINE_S = 1_800;

/** Every job waits for its function's longest run and a little more, calls as the scheduler, and in UTC. */
export const schedules: Check = (recording) =>
  ofType(recording, 'Job').flatMap(({ name, inputs }) => {
    const audience = textAt(inputs, 'httpTarget.oidcToken.audience');
    const target = ofType(recording, 'Function').find((found) => audience.endsWith(`/${textAt(found.inputs, 'name')}`));
    if (target === undefined) return [`${name} calls ${audience || 'nobody'}`];
    const deadlineS = Number.parseInt(textAt(inputs, 'attemptDeadline'), 10);
    const needed = Number(at(target.inputs, 'serviceConfig.timeoutSeconds')) + MARGIN_S;
    const account = textAt(inputs, 'httpTarget.oidcToken.serviceAccountEmail');
    return [
      ...(deadlineS >= needed && deadlineS <= LONGEST_DEADLINE_S
        ? []
        : [`${name} waits ${deadlineS} s, its function may take ${needed} s`]),
      ...(textAt(target.inputs, 'serviceConfig.environmentVariables.PIPELINE_CALLERS').split(',').includes(account)
        ? []
        : [`${name} calls as ${account || 'nobody'}`]),
      ...(textAt(inputs, 'timeZone') === 'Etc/UTC' ? [] : [`${name} is not in UTC`]),
      ...(at(inputs, 'retryConfig.retryCount') === 3 ? [] : [`${name} is not tried 3 times more`]),
    ];
  });

/** No function runs longer than an event path may, and one request at a time. */
export const functionLimits: Check = (recording) =>
  ofType(recording, 'Function')
    .filter(
      ({ inputs }) =>
        Number(at(inputs, 'serviceConfig.timeoutSeconds')) > 540 ||
        at(inputs, 'serviceConfig.maxInstanceRequestConcurrency') !== 1,
    )
    .map(({ name }) => `${name} may run longer than 540 s or serve two requests at once`);

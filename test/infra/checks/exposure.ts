import { at, type Check, ofType, textAt } from './recorded.ts';

/** Nothing is open to everybody: no public member anywhere, no bucket that could be made public, no address that people could call. */
export const exposure: Check = (recording) => [...publicMembers(recording), ...openBuckets(recording), ...openDoors(recording)];

const publicMembers: Check = ({ resources }) =>
  resources
    .filter(({ inputs }) => /"(allUsers|allAuthenticatedUsers|public-read\w*)"/.test(JSON.stringify(inputs)))
    .map(({ name }) => `${name} is for everybody`);

const openBuckets: Check = (recording) =>
  ofType(recording, 'Bucket')
    .filter(
      ({ inputs }) => at(inputs, 'uniformBucketLevelAccess') !== true || at(inputs, 'publicAccessPrevention') !== 'enforced',
    )
    .map(({ name }) => `${name} could be made public`);

const openDoors: Check = (recording) => [
  ...ofType(recording, 'Function')
    .filter(({ inputs }) => textAt(inputs, 'serviceConfig.ingressSettings') !== 'ALLOW_INTERNAL_ONLY')
    .map(({ name }) => `${name} can be reached from outside`),
  ...ofType(recording, 'Firewall')
    .filter(({ inputs }) => textAt(inputs, 'direction') !== 'EGRESS')
    .map(({ name }) => `${name} lets something in`),
];

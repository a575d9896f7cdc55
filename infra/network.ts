import * as gcp from '@pulumi/gcp';
import { type Place, replaceable } from './place.ts';

export interface WorkerNetwork {
  readonly network: gcp.compute.Network;
  readonly subnet: gcp.compute.Subnetwork;
  /** The one address that venues see; exchange keys are bound to it. */
  readonly egress: gcp.compute.Address;
}

/** The worker's way out: a network of its own, and one fixed address. Nothing comes in. */
export function declareNetwork(place: Place): WorkerNetwork {
  const { project, region } = place.settings;
  const options = replaceable(place);
  const network = new gcp.compute.Network('network', { project, name: 'livepool', autoCreateSubnetworks: false }, options);
  const subnet = new gcp.compute.Subnetwork('subnet', {
    project,
    region,
    name: 'livepool-worker',
    network: network.id,
    ipCidrRange: '10.20.0.0/24',
    privateIpGoogleAccess: true,
  });
  const egress = new gcp.compute.Address(
    'egress-address',
    { project, region, name: 'livepool-egress' },
    { ...options, protect: true },
  );
  const router = new gcp.compute.Router('router', { project, region, name: 'livepool', network: network.id });
  new gcp.compute.RouterNat('nat', {
    project,
    region,
    name: 'livepool',
    router: router.name,
    natIpAllocateOption: 'MANUAL_ONLY',
    natIps: [egress.selfLink],
    sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
    subnetworks: [{ name: subnet.id, sourceIpRangesToNats: ['ALL_IP_RANGES'] }],
    logConfig: { enable: true, filter: 'ERRORS_ONLY' },
  });
  declareFirewall(place, network);
  return { network, subnet, egress };
}

/** HTTPS and name resolution go out, nothing else does, and nothing comes in. Which hosts are called is decided in the worker. */
function declareFirewall({ settings: { project } }: Place, network: gcp.compute.Network): void {
  const shared = { project, network: network.name, direction: 'EGRESS', destinationRanges: ['0.0.0.0/0'] };
  new gcp.compute.Firewall('firewall-https', {
    ...shared,
    name: 'livepool-https-out',
    priority: 1_000,
    allows: [{ protocol: 'tcp', ports: ['443'] }],
  });
  new gcp.compute.Firewall('firewall-rest', {
    ...shared,
    name: 'livepool-nothing-else-out',
    priority: 65_000,
    denies: [{ protocol: 'all' }],
  });
}

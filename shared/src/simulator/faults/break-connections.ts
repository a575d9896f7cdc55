import type { FaultTargets } from './inject-live-fault.ts';
import type { ConnectionFaultKind, LiveFault } from './live-fault.ts';

type Break = (fault: LiveFault, targets: FaultTargets) => void;

const CLOSED_ABNORMALLY = 1011;
const SERVICE_RESTART = 1012;
const MAINTENANCE_NOTICE_US = 2_000_000;
const USUAL_DURATION_MS = 5_000;

/** How each fault of connections comes about. */
export const BREAK_CONNECTIONS: Readonly<Record<ConnectionFaultKind, Break>> = {
  ws_disconnect: (fault, targets) => dropAll(fault, targets, CLOSED_ABNORMALLY),
  ws_half_open: (fault, { desk, connections }) => {
    for (const connection of connections) {
      connection.mute();
      desk.record(fault, { connection: connection.connection });
    }
  },
  ws_stall: (fault, { desk }) => desk.open(fault, fault.durationMs ?? USUAL_DURATION_MS),
  ws_lag: (fault, { desk }) => desk.open(fault, fault.durationMs ?? USUAL_DURATION_MS),
  // Refusals and late snapshots matter to those who must connect anew.
  ws_refuse: (fault, targets) => {
    targets.desk.open(fault, fault.durationMs ?? USUAL_DURATION_MS);
    dropAll(fault, targets, CLOSED_ABNORMALLY);
  },
  late_snapshot: (fault, targets) => {
    targets.desk.open(fault, fault.durationMs ?? 3 * USUAL_DURATION_MS);
    dropAll(fault, targets, CLOSED_ABNORMALLY);
  },
  maintenance: maintain,
};

/** Announced, two seconds later closed; books stand still until it ends. */
function maintain(fault: LiveFault, targets: FaultTargets): void {
  const { market, desk, connections } = targets;
  const standing = market.on(fault.surface).filter((instrument) => !instrument.frozen);
  for (const instrument of standing) instrument.frozen = true;
  desk.open(fault, fault.durationMs ?? 12_000, () => {
    for (const instrument of standing) instrument.frozen = false;
  });
  for (const connection of connections) connection.announceMaintenance();
  market.schedule.after(MAINTENANCE_NOTICE_US, () => dropAll(fault, targets, SERVICE_RESTART));
}

function dropAll(fault: LiveFault, { desk, connections }: FaultTargets, code: number): void {
  for (const connection of connections.filter(({ isOpen }) => isOpen)) {
    desk.record(fault, { connection: connection.connection, detail: `closed with ${code}` });
    connection.drop(code, fault.kind);
  }
}

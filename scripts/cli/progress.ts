import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Progress of one long step. Safe to call `update` as often as wanted. */
export interface Progress {
  update(done: number, total: number, label: string): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a plain line at every tenth, so that logs stay short. */
export function startProgress(terminal: Terminal, title: string): Progress {
  return terminal.interactive ? bar(title) : lines(terminal, title);
}

function bar(title: string): Progress {
  const single = new SingleBar(
    { format: `${title} {bar} {value}/{total} {label}`, hideCursor: true, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, label) {
      if (!started) single.start(total, done, { label });
      else single.update(done, { label });
      started = true;
    },
    stop() {
      if (started) single.stop();
    },
  };
}

function lines(terminal: Terminal, title: string): Progress {
  let lastTenth = -1;
  return {
    update(done, total, label) {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      terminal.note(`${title}: ${done}/${total} ${label}`);
    },
    stop() {},
  };
}

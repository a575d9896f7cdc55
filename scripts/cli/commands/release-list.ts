import { listReleases, type ReleaseList } from '#shared/release/list-releases.ts';
import { releaseHistory } from '#shared/release/show-release.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { textTable } from '../text-table.ts';
import { readingSite } from '../using-site.ts';

type Acts = Awaited<ReturnType<typeof releaseHistory>>['acts'];

/** Every sealed release with its state, and the signed acts in order. */
export async function releaseList(_context: CommandContext, options: SiteOptions): Promise<CommandResult> {
  return readingSite(options, async (site) => {
    const list = await listReleases(site.readDeps());
    const { acts, mismatches } = await releaseHistory(site.readDeps());
    const json = { ok: true, environment: site.environment, ...list, acts, chain_mismatches: mismatches };
    return succeed(json, textOf(site.environment, list, acts));
  });
}

function textOf(environment: string, list: ReleaseList, acts: Acts): string {
  if (list.releases.length === 0) return `${environment}: no release yet; \`livepool pool run\` makes one`;
  const releases = list.releases.map((release) => [
    release.version,
    release.status,
    release.publishSeqs.join(' '),
    release.sealedAt,
    release.manifestSha256,
  ]);
  const history = acts.map((act) => [String(act.publish_seq), act.action, act.version, act.issued_at, act.reason ?? '']);
  const notes = [
    ...(list.openSwitch === null
      ? []
      : [`a switch to ${list.openSwitch.target} is open: \`livepool release recover\` finishes it`]),
    ...(list.hold === null ? [] : [`publishing is held until ${list.hold.until}: ${list.hold.reason}`]),
  ];
  return [
    `environment ${environment}, high water ${list.highWater ?? '–'}`,
    '',
    textTable(['version', 'state', 'acts', 'sealed', 'manifest sha256'], releases),
    '',
    textTable(['act', 'action', 'version', 'issued', 'reason'], history),
    ...notes,
  ].join('\n');
}

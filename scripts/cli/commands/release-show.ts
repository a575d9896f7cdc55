import { readHead } from '#shared/release/head.ts';
import { showRelease } from '#shared/release/show-release.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingSite } from '../using-site.ts';

/** One sealed release: its signed statement and the acts that touched it. */
export async function releaseShow(
  _context: CommandContext,
  options: SiteOptions,
  args: readonly string[],
): Promise<CommandResult> {
  return readingSite(options, async (site) => {
    const version = args[0] ?? (await readHead(site.documents)).committed_version;
    if (version === null)
      return refuse([{ code: 'NO_RELEASE', message: 'nothing is published yet; `livepool pool run` makes a release' }]);
    const shown = await showRelease(site.readDeps(), version);
    const { release, statement, acts } = shown;
    const lines = [
      `${release.version}  ${release.status}`,
      `  symbols          ${statement.symbols.join(' ')}`,
      `  manifest sha256  ${release.manifestSha256}`,
      `  content digest   ${release.contentDigest}`,
      `  parameters       ${statement.params_id} ${statement.params_sha256}`,
      `  sealed           ${release.sealedAt} by run ${release.runKey}`,
      ...acts.map(
        (act) =>
          `  act ${act.publish_seq}            ${act.action} ${act.issued_at}${act.reason === undefined ? '' : `: ${act.reason}`}`,
      ),
    ];
    return succeed({ ok: true, environment: site.environment, ...shown }, lines.join('\n'));
  });
}

// Runs before every npm script. Plain JavaScript, because it must work on the Node that a machine already has (20 or newer)
// and before any dependency exists. Silent and instant when there is nothing to do. `--with infra` also installs the package of
// that folder, which only the checks and tests need.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIRED_NODE_MAJOR = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const toolchain = join(root, '.toolchain');

/** Digest of everything that decides what must be installed. */
function wantedStamp(folder) {
  const hash = createHash('sha256');
  for (const file of [join(folder, 'package-lock.json'), join('.toolchain', 'package-lock.json')]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function isInstalled(stampFile, stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

function run(what, args, cwd, env) {
  process.stderr.write(`bootstrap: ${what} …\n`);
  const result = spawnSync('npm', args, { cwd, env, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stderr.write(
      `bootstrap: ${what} failed (npm ${args.join(' ')} in ${cwd}).\n` +
        'Check that the npm registry can be reached and run the same command again; nothing half-installed is used.\n',
    );
    process.exit(3);
  }
}

/** Folder that holds a Node of the required version, or undefined when the running one is new enough. */
function pinnedNodeFolder() {
  if (Number(process.versions.node.split('.')[0]) >= REQUIRED_NODE_MAJOR) return undefined;
  const folder = join(toolchain, 'node_modules', '.bin');
  const binary = process.platform === 'win32' ? 'node.cmd' : 'node';
  if (!existsSync(join(folder, binary))) {
    run(
      `Node ${REQUIRED_NODE_MAJOR} for this machine (it has ${process.version})`,
      ['ci', '--ignore-scripts'],
      toolchain,
      process.env,
    );
  }
  if (!existsSync(join(folder, binary))) {
    process.stderr.write(
      `bootstrap: no prebuilt Node ${REQUIRED_NODE_MAJOR} for ${process.platform}-${process.arch}; install Node ${REQUIRED_NODE_MAJOR} and run again.\n`,
    );
    process.exit(2);
  }
  return folder;
}

/** Installs the locked dependencies of one folder of the project, unless they are there. */
function install(what, folder) {
  const stampFile = join(root, folder, 'node_modules', '.bootstrap-stamp');
  const stamp = wantedStamp(folder);
  if (isInstalled(stampFile, stamp)) return;
  rmSync(stampFile, { force: true });
  const node = pinnedNodeFolder();
  const path = node === undefined ? process.env.PATH : `${node}${delimiter}${process.env.PATH}`;
  run(what, ['ci', '--ignore-scripts'], join(root, folder), { ...process.env, PATH: path });
  writeFileSync(stampFile, stamp);
}

install('locked dependencies', '.');
const asked = process.argv.indexOf('--with');
if (asked > 0) {
  const folder = process.argv[asked + 1];
  install(`locked dependencies of ${folder}`, folder);
}

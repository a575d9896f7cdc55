import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, normalize, resolve } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { NUMBER_LIBRARIES } from '#shared/pipeline/run-facts.ts';
import { bundleDigest } from '../../infra/settings/bundle-digest.ts';
import { FRAMEWORK, writePackageFiles } from './package-files.ts';

/** What was built, beside its folder as `<name>.bundle.json`; `sha256` is the digest that a release set names. */
export interface Bundle {
  readonly name: string;
  readonly entry_point: string;
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** npm packages whose code is in the bundle, sorted. */
  readonly packages: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '..', '..');
const PARAMS = join('shared', 'params');
const PARAMS_MODULE = join('shared', 'src', 'adapters', 'fs', 'shipped-params.ts');

/** Names of the functions: folders below `functions/` with an entry point, sorted. */
export function functionNames(root = ROOT): readonly string[] {
  const folder = join(root, 'functions');
  return readdirSync(folder)
    .filter((name) => name !== 'worker' && readdirSync(join(folder, name)).includes('main.ts'))
    .sort();
}

/**
 * Builds `functions/<name>` into `<out>/<name>/`, self-contained but for functions-framework, and describes it in
 * `<out>/<name>.bundle.json`. The same sources and lock file give the same bytes, and what the function does not use does not count:
 * neither another function's code, nor the commit. Fails when an import would stay unresolved.
 *
 * @param root The checkout; default: this one.
 */
export async function bundleFunction(name: string, out: string, root = ROOT): Promise<Bundle> {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = await writeCode(name, folder, { root, external: [FRAMEWORK] });
  writePackageFiles(name, folder);
  return describeBundle(name, folder, packages);
}

/** Describes a finished bundle in a file beside its folder. */
export function describeBundle(name: string, folder: string, packages: readonly string[]): Bundle {
  const bundle = { name, entry_point: name, sha256: bundleDigest(folder), ...sizeOf(folder), packages };
  writeFileSync(`${folder}.bundle.json`, `${JSON.stringify(bundle, null, 2)}\n`);
  return bundle;
}

/**
 * Writes the code of `functions/<name>` and the parameter files that it reads; gives the npm packages in it. One chunk per thing
 * that is imported lazily, so that a client is parsed when it is first used. All chunks lie in one folder, which is what
 * `shippedParams` counts on. Blanks and comments go, names stay: a stack trace is still readable.
 */
export async function writeCode(
  name: string,
  folder: string,
  { root = ROOT, external = [] }: { readonly root?: string; readonly external?: readonly string[] } = {},
): Promise<readonly string[]> {
  const build = await rolldown({
    cwd: root,
    input: { index: `functions/${name}/main.ts` },
    platform: 'node',
    external: [...external],
    plugins: [shippedParams(root), shippedVersions(root)],
    transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
    logLevel: 'silent',
  });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    minify: { compress: false, mangle: false, codegen: true },
  });
  await build.close();
  const chunks = output.filter((item) => item.type === 'chunk');
  refuseForeignImports(name, chunks, external);
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const hasParams = modules.some((id) => normalize(id) === join(root, PARAMS_MODULE));
  if (hasParams) cpSync(join(root, PARAMS), join(folder, 'params'), { recursive: true });
  return packagesOf(modules);
}

/** In a bundle the parameter files lie beside the code. */
function shippedParams(root: string): Plugin {
  return {
    name: 'shipped-params',
    load: (id) =>
      normalize(id) === join(root, PARAMS_MODULE)
        ? `export const SHIPPED_PARAMS = import.meta.dirname + '/params';\n`
        : undefined,
  };
}

/** Of our package file a bundle holds our version and those that evidence names: a library that another function uses must not change it. */
function shippedVersions(root: string): Plugin {
  const file = join(root, 'package.json');
  return {
    name: 'shipped-versions',
    load: (id) => {
      if (normalize(id) !== file) return undefined;
      const { version, dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
        version: string;
        dependencies: Readonly<Record<string, string>>;
      };
      const known = Object.fromEntries(NUMBER_LIBRARIES.map((library) => [library, dependencies[library]]));
      return { code: `export default ${JSON.stringify({ version, dependencies: known })};\n`, moduleType: 'js' };
    },
  };
}

function refuseForeignImports(name: string, chunks: readonly OutputChunk[], external: readonly string[]): void {
  const own = new Set([...external, ...chunks.map(({ fileName }) => fileName)]);
  const foreign = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((target) => !own.has(target) && !isBuiltin(target));
  if (foreign.length === 0) return;
  throw new Error(`the bundle of ${name} would lack ${[...new Set(foreign)].join(', ')}; install it, or correct the import`);
}

function sizeOf(folder: string): { files: number; bytes: number } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function packagesOf(modules: readonly string[]): readonly string[] {
  const names = modules.flatMap((id) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(names.map((name) => name.replaceAll('\\', '/')))].sort();
}

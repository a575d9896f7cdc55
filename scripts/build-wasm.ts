/**
 * Compiles what is written in WebAssembly text: every `<name>.wat` of the library → `<name>-binary.ts` beside it. Run after every
 * change of a source: `node scripts/build-wasm.ts`. A test compares the two.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const LIBRARY = fileURLToPath(new URL('../shared/src/', import.meta.url));

/** Paths of the sources below the library, in order. */
export function wasmSources(): readonly string[] {
  return globSync('**/*.wat', { cwd: LIBRARY }).toSorted();
}

/** What is kept of a source: the file, and its text with the binary in base64. */
export async function compileWasm(source: string): Promise<{ readonly file: string; readonly text: string }> {
  const text = readFileSync(join(LIBRARY, source), 'utf8');
  const module = (await wabt()).parseWat(source, withRepeats(text), { simd: true, bulk_memory: true, relaxed_simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  return { file: join(LIBRARY, source.replace(/\.wat$/, '-binary.ts')), text: moduleText(basename(source, '.wat'), base64) };
}

/** A part between `;; <name>` and `;; </name>` also stands wherever `;; <name/>` is. */
function withRepeats(source: string): string {
  const repeated = source.replaceAll(/;; <(\w+)\/>/g, (_mark, name: string) => {
    const part = source.split(`;; <${name}>`)[1]?.split(`;; </${name}>`)[0];
    if (part === undefined) throw new Error(`the source has no part <${name}>`);
    return part;
  });
  return repeated === source ? source : withRepeats(repeated);
}

function moduleText(name: string, base64: string): string {
  const lines = base64.match(/.{1,112}/g) ?? [];
  return `/** Compiled from \`${name}.wat\` by \`scripts/build-wasm.ts\`. Do not edit. */
export const ${name.toUpperCase().replaceAll('-', '_')}_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) {
  for (const source of wasmSources()) {
    const { file, text } = await compileWasm(source);
    writeFileSync(file, text);
  }
}

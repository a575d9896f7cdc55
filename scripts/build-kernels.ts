/**
 * Compiles the inner loops of the models from WebAssembly text: `x.wat` → `x-binary.ts` beside it. Run after every change of a
 * source: `node scripts/build-kernels.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const MODELS = new URL('../shared/src/pool/models/', import.meta.url);

/** Sources by the constant that holds their binary. */
export const KERNEL_SOURCES: Readonly<Record<string, URL>> = {
  KERNELS_BASE64: new URL('hist-gbt/kernels/kernels.wat', MODELS),
  ROW_SORTER_BASE64: new URL('row-sorter/row-sorter.wat', MODELS),
  GRAM_BASE64: new URL('gram/gram.wat', MODELS),
};

/** Base64 of the WebAssembly binary of a source. */
export async function compileKernels(source: URL): Promise<string> {
  const name = basename(fileURLToPath(source));
  const module = (await wabt()).parseWat(name, readFileSync(source, 'utf8'), { simd: true, bulk_memory: true });
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

/** Where the binary of a source is kept. */
export function binaryFile(source: URL): URL {
  return new URL(source.href.replace(/\.wat$/, '-binary.ts'));
}

function moduleText(source: URL, constant: string, base64: string): string {
  const lines = base64.match(/.{1,112}/g) ?? [];
  return `/** Compiled from \`${basename(fileURLToPath(source))}\` by \`scripts/build-kernels.ts\`. Do not edit. */
export const ${constant} = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) {
  for (const [constant, source] of Object.entries(KERNEL_SOURCES)) {
    writeFileSync(binaryFile(source), moduleText(source, constant, await compileKernels(source)));
  }
}

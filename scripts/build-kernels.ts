/**
 * Compiles the inner loops of the histogram trees: `kernels.wat` → `kernels-binary.ts`. Run after every change of the source:
 * `node scripts/build-kernels.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const FOLDER = new URL('../shared/src/pool/models/hist-gbt/kernels/', import.meta.url);

/** Base64 of the WebAssembly binary of `kernels.wat`. */
export async function compileKernels(): Promise<string> {
  const source = readFileSync(new URL('kernels.wat', FOLDER), 'utf8');
  const module = (await wabt()).parseWat('kernels.wat', source, { simd: true, bulk_memory: true });
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

function moduleText(base64: string): string {
  const lines = base64.match(/.{1,112}/g) ?? [];
  return `/** Compiled from \`kernels.wat\` by \`scripts/build-kernels.ts\`. Do not edit. */
export const KERNELS_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) writeFileSync(new URL('kernels-binary.ts', FOLDER), moduleText(await compileKernels()));

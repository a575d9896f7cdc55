/**
 * Compiles the scanners of book levels: `level-scanner.wat` → `level-scanner-binary.ts`. Run after every change of the source:
 * `node scripts/build-level-scanner.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const FOLDER = new URL('../shared/src/market/venues/level-scanner/', import.meta.url);

/** Base64 of the WebAssembly binary of `level-scanner.wat`. */
export async function compileLevelScanner(): Promise<string> {
  const source = readFileSync(new URL('level-scanner.wat', FOLDER), 'utf8');
  const module = (await wabt()).parseWat('level-scanner.wat', source);
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

function moduleText(base64: string): string {
  const lines = base64.match(/.{1,112}/g) ?? [];
  return `/** Compiled from \`level-scanner.wat\` by \`scripts/build-level-scanner.ts\`. Do not edit. */
export const LEVEL_SCANNER_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) writeFileSync(new URL('level-scanner-binary.ts', FOLDER), moduleText(await compileLevelScanner()));

/**
 * Compiles the scanner of book frames: `frame-scanner.wat` → `frame-scanner-binary.ts`. Run after every change of the source:
 * `node scripts/build-frame-scanner.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const FOLDER = new URL('../shared/src/market/venues/frame-scanner/', import.meta.url);

/** Base64 of the WebAssembly binary of `frame-scanner.wat`. */
export async function compileFrameScanner(): Promise<string> {
  const source = readFileSync(new URL('frame-scanner.wat', FOLDER), 'utf8');
  const module = (await wabt()).parseWat('frame-scanner.wat', withRepeats(source));
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

/** A part between `;; <name>` and `;; </name>` also stands wherever `;; <name/>` is. */
function withRepeats(source: string): string {
  const repeated = source.replaceAll(/;; <(\w+)\/>/g, (_mark, name: string) => {
    const part = source.split(`;; <${name}>`)[1]?.split(`;; </${name}>`)[0];
    if (part === undefined) throw new Error(`frame-scanner.wat has no part <${name}>`);
    return part;
  });
  return repeated === source ? source : withRepeats(repeated);
}

function moduleText(base64: string): string {
  const lines = base64.match(/.{1,112}/g) ?? [];
  return `/** Compiled from \`frame-scanner.wat\` by \`scripts/build-frame-scanner.ts\`. Do not edit. */
export const FRAME_SCANNER_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) writeFileSync(new URL('frame-scanner-binary.ts', FOLDER), moduleText(await compileFrameScanner()));

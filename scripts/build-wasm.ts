/**
 * Compiles the parts that are written in WebAssembly text: `<name>.wat` → `<name>-binary.ts` beside it. Run after every change of a
 * source: `node scripts/build-wasm.ts`. A test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const MARKET = new URL('../shared/src/market/', import.meta.url);

/** Sources, without their ending. */
export const WASM_SOURCES = [
  'venues/frame-scanner/frame-scanner',
  'book/checksum/checksum-kernel',
  'book/kernel/book-kernel',
] as const;

/** Base64 of the WebAssembly binary of a source. */
export async function compileWasm(source: (typeof WASM_SOURCES)[number]): Promise<string> {
  const text = readFileSync(new URL(`${source}.wat`, MARKET), 'utf8');
  const module = (await wabt()).parseWat(`${source}.wat`, withRepeats(text), { relaxed_simd: true });
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
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
export const ${name.toUpperCase().replace('-', '_')}_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) {
  for (const source of WASM_SOURCES) {
    const name = source.slice(source.lastIndexOf('/') + 1);
    writeFileSync(new URL(`${source}-binary.ts`, MARKET), moduleText(name, await compileWasm(source)));
  }
}

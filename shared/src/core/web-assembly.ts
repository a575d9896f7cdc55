/** The part of WebAssembly used here: TypeScript declares it only together with the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;

/** The functions of a module and the zeroed memory that they work on. */
export interface WasmInstance<E> {
  readonly exports: E;
  readonly buffer: ArrayBuffer;
}

/**
 * An instance of a module (base64 of its binary) over a fresh memory of at least `byteLength` bytes, which never grows. The binaries
 * are ours and tests hold them to their sources, so the caller knows their exports.
 */
export function instantiateWasm<E>(base64: string, byteLength: number): WasmInstance<E> {
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(byteLength / PAGE_BYTES)) });
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { exports: exports as E, buffer: memory.buffer };
}

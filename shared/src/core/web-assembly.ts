/** A WebAssembly memory. Its buffer never changes, since nothing grows it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly used here: TypeScript declares it only together with the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;
/** Modules by their binary: compiled once, however many memories they work on. */
const compiled = new Map<string, object>();

/** The functions of a module and the zeroed memory that they work on. */
export interface WasmInstance<E> {
  readonly exports: E;
  readonly buffer: ArrayBuffer;
}

/** An instance of a module (base64 of its binary) over a fresh memory of at least `byteLength` bytes. */
export function instantiateWasm<E>(base64: string, byteLength: number): WasmInstance<E> {
  const memory = wasmMemory(byteLength);
  return { exports: instantiateOver<E>(base64, memory), buffer: memory.buffer };
}

/** A zeroed memory of at least `byteLength` bytes; what is never used takes no room. */
export function wasmMemory(byteLength: number): WasmMemory {
  return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(byteLength / PAGE_BYTES)) });
}

/**
 * The functions of a module over a memory that others may share. The binaries are ours and tests hold them to their sources, so the
 * caller knows their exports.
 */
export function instantiateOver<E>(base64: string, memory: WasmMemory): E {
  const module = compiled.get(base64) ?? new WebAssembly.Module(Buffer.from(base64, 'base64'));
  compiled.set(base64, module);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as E;
}

import { execFileSync } from 'node:child_process';

/** Packages of Google that a module has loaded once this code has run. */
export function loadedBy(code: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, nextLoad) {
        const name = /node_modules\\/(@google-cloud\\/[^/]+|google-[^/]+|@grpc\\/[^/]+)\\//.exec(url)?.[1];
        if (name !== undefined) loaded.add(name);
        return nextLoad(url, context);
      },
    });
    ${code}
    process.stdout.write(JSON.stringify([...loaded].sort()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })) as string[];
}

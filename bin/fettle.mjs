#!/usr/bin/env node
// The `fettle` command. The sources are TypeScript; tsx translates them as they are loaded.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../node_modules/tsx/package.json', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('../cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write('The packages of this checkout are not installed yet: run `node scripts/setup.mjs` first.\n');
  process.exitCode = 1;
}

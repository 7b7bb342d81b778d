import { createInterface } from 'node:readline';
import { createConsole } from './console.ts';
import { createInterpreter } from './interpreter.ts';

// A process of its own that stands in for pwsh, so it reads its own environment.
const console = createConsole(process.stdout, process.stderr, process.env['TERM'] ?? '');
const plantUrl = process.env['FETTLE_PLANT_URL'] ?? '';
const interpret = createInterpreter({ console, plantUrl });

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
// Its owner has gone: whatever runs is given up.
lines.on('close', () => process.exit(0));

let last: Promise<void> = Promise.resolve();
lines.on('line', (line) => {
  last = last.then(() => interpret(line));
});

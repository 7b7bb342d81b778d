// Runs a program for as long as its starter lives. The starter holds the other end of this process's standard input; when
// that end closes, also because the starter was killed without a chance to clean up, the program is ended.
// Arguments: signal that ends the program, program, arguments of the program.
import { spawn } from 'node:child_process';

const PATIENCE_MS = 5000;
const [signal = 'SIGTERM', program = '', ...args] = process.argv.slice(2);

// Ctrl-C reaches the whole group of processes; the starter closes down in its own order and ends us last.
for (const interruption of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(interruption, () => {});
// The starter may be gone while the program still writes.
process.stderr.on('error', () => {});

const child = spawn(program, args, {
  stdio: ['ignore', 'ignore', 'inherit'],
  windowsHide: true,
  detached: process.platform !== 'win32',
});
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));

const end = () => {
  child.kill(/** @type {NodeJS.Signals} */ (signal));
  setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
};
process.stdin.on('end', end).on('error', end).resume();

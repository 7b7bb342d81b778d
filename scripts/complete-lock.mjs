// Completes package-lock.json after packages were added: run it, then commit the file.
// npm behind a registry that lacks packages for other platforms leaves them out of the lock file, and `npm ci` then
// refuses that file everywhere. Their versions stand in the packages that want them; what is for another platform is never fetched.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { missingOptionalPackages } from './setup/packages.mjs';

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const { name, version, dev } of missingOptionalPackages(lock.packages)) {
  const words = name.split(/[/-]/);
  const os = OPERATING_SYSTEMS.filter((each) => words.includes(each));
  const cpu = PROCESSORS.filter((each) => words.includes(each));
  if (os.length !== 1)
    throw new Error(`The name of ${name} does not tell its platform: add it to package-lock.json by hand.`);
  const abi = words.at(-1) ?? '';
  if (cpu.length === 0 && /eabi(hf)?$/.test(abi)) cpu.push('arm');
  const libc = abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined;
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu,
    ...(dev ? { dev } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os,
  };
  process.stdout.write(`${name} ${version}\n`);
}
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);

// Completes package-lock.json after packages were added: run it, then commit the file.
// npm behind a registry that lacks packages for other platforms leaves them out of the lock file, and `npm ci` then
// refuses that file everywhere. Their versions stand in the packages that want them; what is for another platform is never fetched.
import { readFileSync, writeFileSync } from 'node:fs';

const OS = /[-/](aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)/;
const CPU = /[-/](arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)/;
const LIBC = /-(gnu|musl)/;

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (`node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages) continue;
    const [os, cpu, libc] = [OS, CPU, LIBC].map((words) => words.exec(name)?.[1]);
    if (!os || !cpu) throw new Error(`${name} does not tell its platform: add it to package-lock.json by hand.`);
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev && { dev }),
      ...(libc && { libc: [libc === 'gnu' ? 'glibc' : libc] }),
      optional: true,
      os: [os],
    };
    console.log(name, version);
  }
}
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);

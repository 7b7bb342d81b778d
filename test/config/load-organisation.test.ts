import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrganisation } from '../../workers/organisation/index.ts';

const shipped = fileURLToPath(new URL('../../config', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-config-'));
  cpSync(shipped, folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function text(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Replaces one place of a file; fails when it is not there, so that no test passes by accident. Returns the line of the place. */
function change(file: string, from: string, to: string): number {
  const before = text(file);
  const at = before.indexOf(from);
  if (at === -1) throw new Error(`${file} has no ${from}`);
  writeFileSync(join(folder, file), before.slice(0, at) + to + before.slice(at + from.length));
  return before.slice(0, at).split('\n').length + from.split('\n').length - 1;
}

function problems() {
  const loaded = loadOrganisation(folder);
  return loaded.ok ? [] : loaded.problems;
}

/** A host of one's own: the shortest entry that is right, with other fields on top. */
function addHost(fields: Record<string, string>): void {
  const base = {
    name: 'web01.corp.example',
    site: 'nordhavn',
    os: 'Windows Server 2022',
    osVersion: '"10.0.20348"',
    owner: 'Web Team',
    criticality: 'low',
    virtualization: 'physical',
    updateSource: 'wsus',
    connection: '{ transport: local }',
    durationClass: 'standard',
  };
  const lines = Object.entries({ ...base, ...fields }).map(([name, value]) => `    ${name}: ${value}`);
  writeFileSync(join(folder, 'inventory.yaml'), `${text('inventory.yaml')}\n  -\n${lines.join('\n')}\n`);
}

/** The line of the last place where the inventory has this text. */
function lastLine(wanted: string): number {
  const lines = text('inventory.yaml').split('\n');
  return lines.findLastIndex((line) => line.includes(wanted)) + 1;
}

describe('the configuration', () => {
  it('fills in what an entry leaves out', () => {
    addHost({ name: 'WEB01.Corp.Example' });
    const loaded = loadOrganisation(folder);
    expect(loaded.ok && loaded.organisation.inventory.hosts.at(-1)).toMatchObject({
      name: 'web01.corp.example',
      roles: [],
      tags: [],
      controlPlane: false,
      connection: { transport: 'local', address: 'web01.corp.example', port: 22 },
    });
  });

  it('tells every error of every file at once, each with its line', () => {
    const install = change('patch-window.yaml', 'install: 2h', 'install: two hours');
    const wait = change('policies.yaml', 'workerWait: 5m', 'workerWait: 5');
    const zone = change('sites.yaml', 'timeZone: Europe/Copenhagen', 'timeZone: Europe/Kobenhavn');
    const kind = change('inventory.yaml', 'criticality: medium', 'criticality: huge');
    addHost({ durationClass: 'standrad', virtualization: '{ kind: vmware }' });
    expect(problems().map(({ file, line, path }) => [file, line, path])).toEqual([
      ['inventory.yaml', kind, 'hosts[0].criticality'],
      ...['endpoint', 'vmId', 'datastore'].map((field) => [
        'inventory.yaml',
        lastLine('virtualization'),
        `hosts[25].virtualization.${field}`,
      ]),
      ['patch-window.yaml', install, 'limits.install'],
      ['policies.yaml', wait, 'limits.workerWait'],
      ['sites.yaml', zone, 'sites[0].timeZone'],
    ]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a site that does not exist', { site: 'nordhaven' }, 'site', /nordhavn/],
    ['a duration class that does not exist', { durationClass: 'standrad' }, 'durationClass', /standard/],
    ['a name that is there already', { name: 'APP01.corp.example' }, 'name', /once/],
    ['a short name', { name: 'web01' }, 'name', /sql01\.corp\.example/],
    ['an unknown role', { roles: '[webserver]' }, 'roles[0]', /application/],
    ['a field that does not exist', { redundancygroup: 'web' }, 'redundancygroup', /redundancyGroup/],
    ['a password', { password: 'hunter2' }, 'password', /env:NAME/],
    [
      'an account given as a value',
      { connection: '{ transport: ssh, user: admin, keyFile: "file:/k", knownHosts: "file:/h" }' },
      'connection.user',
      /env:NAME/,
    ],
    [
      'an ssh connection without known hosts',
      { connection: '{ transport: ssh, user: "env:U", keyFile: "file:/k" }' },
      'connection.knownHosts',
      /host keys/,
    ],
    [
      'a mode of connection that is not built yet',
      { connection: '{ transport: winrm, configuration: FettlePatching, mode: installed }' },
      'connection.mode',
      /push/,
    ],
    ...['10.20.30.40', '"fd00::10"', '"10.1"'].map((address): [string, Record<string, string>, string, RegExp] => [
      `the IP address ${address} for WinRM`,
      { connection: `{ transport: winrm, configuration: FettlePatching, address: ${address} }` },
      'connection.address',
      /Kerberos/,
    ]),
    [
      'an address that ssh would take for an option',
      { connection: '{ transport: local, address: -oProxyCommand=id }' },
      'connection.address',
      /Name or address/,
    ],
    [
      'an endpoint that does not exist',
      { monitoring: '{ endpoint: scom.corp.example, objects: [web01] }' },
      'monitoring.endpoint',
      /scom-nordhavn/,
    ],
    [
      'an endpoint of another kind',
      { monitoring: '{ endpoint: hyper-v-nordhavn.corp.example, objects: [web01] }' },
      'monitoring.endpoint',
      /scom-/,
    ],
  ])('is refused for %s, with its line and what would be right', (_name, fields, path, expected) => {
    addHost(fields);
    const [found, ...others] = problems();
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      file: 'inventory.yaml',
      path: `hosts[25].${path}`,
      expected: expect.stringMatching(expected),
    });
    const key = path.split(/[.[]/)[0] ?? path;
    expect(found?.line).toBe(lastLine(`    ${key}:`));
  });

  it('never repeats a secret that it found', () => {
    addHost({ password: 'hunter2', connection: '{ transport: ssh, user: hunter3, keyFile: hunter4 }' });
    expect(problems().length).toBeGreaterThan(2);
    expect(JSON.stringify(problems())).not.toMatch(/hunter/);
  });

  /** Gives the first endpoint of a kind a credential. */
  const credential = (kind: string, user: string, password: string): number =>
    change('inventory.yaml', `kind: ${kind},`, `kind: ${kind}, credential: { user: ${user}, password: ${password} },`);

  it('takes the credential of an endpoint, its password by reference', () => {
    credential('vmware', 'svc-fettle@corp.example', "'env:VCENTER_PASSWORD'");
    const loaded = loadOrganisation(folder);
    expect(loaded.ok && loaded.organisation.inventory.endpoints.find(({ kind }) => kind === 'vmware')).toMatchObject({
      credential: { user: 'svc-fettle@corp.example', password: 'env:VCENTER_PASSWORD' },
    });
  });

  it.each([
    ['a password in the place of its reference', 'svc-fettle@corp.example', 'hunter2', 'password', /env:NAME/],
    ['a user that is no plain name', '"-x y"', "'env:VCENTER_PASSWORD'", 'user', /svc-fettle@corp/],
  ])('refuses %s, and does not repeat it', (_what, user, password, field, expected) => {
    credential('vmware', user, password);
    const [found, ...others] = problems();
    expect(others).toEqual([]);
    expect(found?.path).toMatch(new RegExp(`^endpoints\\[\\d+\\]\\.credential\\.${field}$`));
    expect(`${found?.message} ${found?.expected}`).toMatch(expected);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('refuses a credential of a Hyper-V host, which takes the account of its connection', () => {
    credential('hyper-v', 'svc-fettle@corp.example', "'env:HOST_PASSWORD'");
    expect(problems()).toMatchObject([{ path: expect.stringMatching(/^endpoints\[\d+\]\.credential$/) }]);
  });

  it('points to the entry when a field is missing in it', () => {
    const line = change('inventory.yaml', '    owner: Application Operations\n', '');
    expect(problems()).toMatchObject([{ path: 'hosts[0].owner', message: 'this field is missing' }]);
    expect(problems()[0]?.line).toBeLessThan(line);
    expect(text('inventory.yaml').split('\n')[(problems()[0]?.line ?? 0) - 1]).toContain('name: app01.corp.example');
  });

  it('tells errors of syntax with their line, beside the errors of other files', () => {
    const line = change('sites.yaml', '  - name: vestby', '  - name: [vestby');
    change('policies.yaml', 'maxConcurrency: 8', 'maxConcurrency: many');
    const found = problems();
    expect(found.map(({ file }) => file)).toEqual(expect.arrayContaining(['policies.yaml', 'sites.yaml']));
    expect(found.find(({ file }) => file === 'sites.yaml')?.line).toBeGreaterThanOrEqual(line);
  });

  it('names each file that is missing', () => {
    rmSync(join(folder, 'inventory.yaml'));
    rmSync(join(folder, 'patch-window.yaml'));
    rmSync(join(folder, 'sites.yaml'));
    expect(problems().map(({ file, path }) => [file, path])).toEqual([
      ['inventory.yaml', ''],
      ['patch-window.yaml', ''],
      ['sites.yaml', ''],
    ]);
  });
});

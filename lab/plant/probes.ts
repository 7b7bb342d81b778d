import type { Probe } from '../../model/inventory.ts';
import type { PlantVerbs } from './api.ts';
import type { Machine } from './machine.ts';
import { servicesRun } from './services.ts';

/** Runs one probe on the host: ports and pages answer while the host's own services run. */
export function runProbe(machine: Machine, probe: Probe): PlantVerbs['Test-FettleProbe']['answer'] {
  const needed = servicesBehind(machine, probe);
  const down = needed.filter((service) => !servicesRun(machine, [service]));
  const detail = down.length === 0 ? goodDetail(probe) : `not running: ${down.join(', ')}`;
  return { probe: probeName(probe), ok: down.length === 0, detail };
}

function servicesBehind(machine: Machine, probe: Probe): string[] {
  if (probe.kind === 'service') return [probe.name];
  if (probe.kind === 'sql-login') return [sqlService(probe.instance)];
  return machine.host?.services ?? [];
}

/** `MSSQLSERVER` is the default instance's service, `MSSQL$NAME` a named one's. */
function sqlService(instance: string): string {
  const name = instance.split('\\').at(-1) ?? instance;
  return instance.includes('\\') || !/^mssqlserver$/i.test(name) ? `MSSQL$${name}` : 'MSSQLSERVER';
}

function probeName(probe: Probe): string {
  switch (probe.kind) {
    case 'service':
      return `service ${probe.name}`;
    case 'tcp':
      return `tcp ${probe.port}`;
    case 'http':
      return `http ${probe.url}`;
    case 'sql-login':
      return `sql-login ${probe.instance}`;
  }
}

function goodDetail(probe: Probe): string {
  switch (probe.kind) {
    case 'service':
      return 'Running';
    case 'tcp':
      return 'connected';
    case 'http':
      return `status ${probe.expectStatus}`;
    case 'sql-login':
      return 'logged in';
  }
}

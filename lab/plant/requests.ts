import { z } from 'zod';
import type { FaultOrder, PlantVerb, PlantVerbs } from './api.ts';

const nothing = z.strictObject({});
const text = z.string().min(1);
const isoTime = z.iso.datetime({ offset: true });
const objects = z.array(text).min(1);

/** Bodies of the verbs. */
export const REQUESTS: { [V in PlantVerb]: z.ZodType<PlantVerbs[V]['request']> } = {
  'Get-FettleBootTime': nothing,
  'Get-FettlePendingReboot': nothing,
  'Get-FettleService': nothing,
  'Start-FettleService': z.strictObject({ name: text }),
  'Get-FettleDisk': nothing,
  'Get-FettleBackup': nothing,
  'Get-FettleInstallerState': nothing,
  'Get-FettleOfferedUpdate': nothing,
  'Get-FettleInstalledUpdate': nothing,
  'Start-FettleUpdateTask': z.strictObject({
    taskName: text,
    key: text,
    updates: z.array(z.strictObject({ id: text, revision: z.int().min(0) })).min(1),
    timeLimitMinutes: z.number().positive(),
  }),
  'Get-FettleUpdateProgress': z.strictObject({ taskName: text }),
  'Get-FettleUpdateHistory': z.strictObject({ since: isoTime }),
  'Remove-FettleUpdateTask': z.strictObject({ taskName: text }),
  'Get-FettleEventExcerpt': z.strictObject({ since: isoTime, maximum: z.int().min(1) }),
  'Restart-FettleHost': z.strictObject({ key: text, reason: z.string() }),
  'Get-FettleClusterState': nothing,
  'Get-FettleAvailabilityGroup': nothing,
  'Get-FettleDomainControllerHealth': nothing,
  'Get-FettleHypervisorGuest': nothing,
  'Test-FettleProbe': z.strictObject({
    probe: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('service'), name: text }),
      z.strictObject({ kind: z.literal('tcp'), port: z.int() }),
      z.strictObject({ kind: z.literal('http'), url: text, expectStatus: z.int() }),
      z.strictObject({ kind: z.literal('sql-login'), instance: text }),
    ]),
  }),
  'Get-FettleMaintenance': z.strictObject({ objects }),
  'Start-FettleMaintenance': z.strictObject({ objects, until: isoTime, comment: z.string(), key: text }),
  'Stop-FettleMaintenance': z.strictObject({ objects, comment: z.string(), key: text }),
  'Get-FettleSnapshot': z.strictObject({ vmId: text, datastore: text }),
  'New-FettleSnapshot': z.strictObject({ vmId: text, name: text, comment: z.string(), key: text }),
  'Remove-FettleSnapshot': z.strictObject({ vmId: text, name: text, key: text }),
};

export function isPlantVerb(verb: string): verb is PlantVerb {
  return Object.hasOwn(REQUESTS, verb);
}

const verb = z.enum(Object.keys(REQUESTS) as [PlantVerb, ...PlantVerb[]]);
const hresult = z.string().regex(/^0x[0-9A-Fa-f]{8}$/, 'an HRESULT such as 0x80070643');
const order = { host: text, times: z.int().min(1).exactOptional() };

/** Body of `POST /faults`: one order or several. */
export const faultOrders: z.ZodType<FaultOrder | FaultOrder[]> = z.lazy(() =>
  z.union([faultOrder, z.array(faultOrder).min(1)]),
);

const faultOrder: z.ZodType<FaultOrder> = z.discriminatedUnion('fault', [
  z.strictObject({
    ...order,
    fault: z.literal('fail'),
    step: verb,
    hresult,
    message: text,
    id: text.exactOptional(),
  }),
  z.strictObject({ ...order, fault: z.literal('install-fails'), hresult, kb: text.exactOptional() }),
  z.strictObject({ ...order, fault: z.literal('hang'), step: z.union([verb, z.literal('*')]) }),
  z.strictObject({ ...order, fault: z.literal('off-network'), after: verb.exactOptional() }),
  z.strictObject({ ...order, fault: z.literal('reboot-for-ever') }),
  z.strictObject({ ...order, fault: z.literal('service-stays-down'), service: text }),
  z.strictObject({ ...order, fault: z.literal('update-loop') }),
  z.strictObject({ ...order, fault: z.literal('low-disk'), freeMb: z.number().min(0) }),
  z.strictObject({ ...order, fault: z.literal('slow'), factor: z.number().positive() }),
]);

import { z } from 'zod';

/** Pieces that several contracts share. What a script returns is checked strictly: a field too many is a defect too. */
export const hostName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/, 'a lower-case FQDN');
/**
 * What every function of a management endpoint takes: which one it is, and what the vendor's tools sign in to it with. Contracts add the
 * function's own parameters by `safeExtend`, which keeps the rule.
 */
export const onEndpoint = z
  .strictObject({
    EndpointName: hostName,
    EndpointUser: z.string().min(1).max(256).optional(),
    EndpointSecret: z.string().min(1).optional(),
  })
  .refine(({ EndpointUser: user, EndpointSecret: secret }) => (user === undefined) === (secret === undefined), {
    error: 'an account of the endpoint comes with its password, and a password with its account',
    path: ['EndpointUser'],
  });
export const ENDPOINT_SECRETS = ['EndpointSecret'];

export const isoTime = z.iso.datetime({ offset: true });
export const artefact = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'letters, digits and hyphens, at most 60');
export const key = z.string().min(1).max(400);

export const updateId = z.strictObject({ id: z.guid(), revision: z.int().min(0) });

export const installedUpdate = z.strictObject({
  kb: z.string(),
  title: z.string(),
  installedAt: isoTime,
  supersedes: z.array(z.string()),
});

export const service = z.strictObject({
  name: z.string(),
  state: z.enum(['Running', 'Stopped', 'StartPending', 'StopPending', 'Paused']),
  startType: z.enum(['Automatic', 'AutomaticDelayedStart', 'Manual', 'Disabled']),
});

/** What every function and script on a host may say: an address that leads to another machine is not the planned target. */
export const HOST_FAILURES = { FettleWrongHost: 'TargetChanged' } as const;

/** What the Windows Update Agent says by HRESULT, and what a turn makes of it. */
export const UPDATE_AGENT_FAILURES = {
  ...HOST_FAILURES,
  '0x80240009': 'UpdateBusy',
  '0x80240016': 'UpdateNeedsReboot',
  '0x8024001E': 'UpdateShuttingDown',
  '0x8024401C': 'UpdateSourceUnreachable',
  '0x80244022': 'UpdateSourceUnreachable',
  '0x8024402C': 'UpdateSourceUnreachable',
  '0x80072EE2': 'UpdateSourceUnreachable',
  '0x80072EE7': 'UpdateSourceUnreachable',
  '0x80072EFD': 'UpdateSourceUnreachable',
  '0x80070070': 'LowDisk',
  FettleTaskRefused: 'TaskRefused',
} as const;

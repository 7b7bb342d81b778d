import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { InventoryHost } from '../../../model/inventory.ts';
import { brokenOff, callsOf, Ending, scriptedShell, unreachable } from './scripted-shell.ts';
import type { Script } from './scripted-shell.ts';
import { failureOf, hostState, inventoryHost, NO_ROLES, offered, situation, planned, UPDATE } from './situation.ts';

const GROUP = 'scada-nordhavn-1';
const scada = (name: string, changes: Partial<InventoryHost> = {}): InventoryHost =>
  inventoryHost({ name: `${name}.corp.example`, roles: ['scada'], redundancyGroup: GROUP, ...changes });

const host = scada('scada01');
const probes: InventoryHost['probes'] = [{ kind: 'tcp', port: 4840 }];
const partner = scada('scada02', { services: ['iFix'], probes });
const running = [{ name: 'iFix', state: 'Running', startType: 'Automatic' }] as const;

/** What the partner shows; the host itself is well. */
function shown(changes: Script = {}) {
  return scriptedShell({
    getHostState: hostState({ services: [...hostState().services, ...running] }),
    getHostRole: NO_ROLES,
    getUpdateState: { lastScanAt: new Date().toISOString(), offered: [offered(UPDATE)], installed: [] },
    testHostProbe: { probes: [{ probe: 'tcp 4840', ok: true, detail: 'open' }] },
    ...changes,
  });
}

const look = (shell: ReturnType<typeof shown>, others: InventoryHost[], member = host) =>
  situation(shell, [member, ...others]).run('preflight', planned(member));
const ofPartner = (shell: ReturnType<typeof shown>) =>
  shell.calls.filter(({ parameters }) => parameters['HostName'] === partner.name).map(({ script }) => script);

describe('preflight of a member of a redundancy group', () => {
  it('looks once at each other member, and at nobody else', async () => {
    const shell = shown();
    const stranger = scada('scada09', { redundancyGroup: 'scada-vestby-1' });
    const { warnings } = await look(shell, [partner, stranger]);
    expect(warnings).toEqual([]);
    expect(ofPartner(shell)).toEqual(['getHostState', 'testHostProbe']);
    expect(shell.calls.some(({ parameters }) => parameters['HostName'] === stranger.name)).toBe(false);
  });

  it.each<[string, Script, string]>([
    ['a service is down', { getHostState: hostState() }, 'service iFix is Stopped'],
    [
      'a probe fails',
      { testHostProbe: { probes: [{ probe: 'tcp 4840', ok: false, detail: 'refused' }] } },
      'probe tcp 4840 fails (refused)',
    ],
    [
      'it cannot be reached',
      { getHostState: ({ HostName }) => (HostName === partner.name ? unreachable : hostState()) },
      'could not be looked at',
    ],
  ])('asks a person when the other member is not fit: %s', async (_why, changes, says) => {
    const failure = await failureOf(look(shown(changes), [partner]));
    expect(failure).toMatchObject({ type: 'GroupUnhealthy', retryable: false, host: host.name });
    expect(failure.message).toContain(`${partner.name}: `);
    expect(failure.message).toContain(says);
    expect(failure.question).toContain(`Mend ${partner.name}, then retry ${host.name}`);
  });

  it('tells of a member at another site that this worker may have no way to it', async () => {
    const silent = () =>
      shown({ getHostState: ({ HostName }) => (HostName === partner.name ? unreachable : hostState()) });
    const far = await failureOf(look(silent(), [{ ...partner, site: 'vestby' }]));
    expect(far.message).toContain('it stands at vestby, and the worker of nordhavn looked');
    expect((await failureOf(look(silent(), [partner]))).message).not.toContain('the worker of');
  });

  it('looks a second time at a member that did not answer', async () => {
    let asked = 0;
    const shell = shown({
      getHostState: ({ HostName }) => {
        if (HostName === partner.name && (asked += 1) === 1) return unreachable;
        return hostState({ services: [...hostState().services, ...running] });
      },
    });
    expect((await look(shell, [partner])).warnings).toEqual([]);
    expect(asked).toBe(2);
  });

  it('asks of a domain controller what a controller has to be', async () => {
    const controller = { roles: ['domain-controller'], virtualization: 'physical' } as const;
    const dc = (name: string) => scada(name, { ...controller, roles: [...controller.roles], services: [] });
    const well = { netlogonShared: true, sysvolShared: true, advertising: true, replicationFailures: 0 };
    const [first, second] = [dc('dc01'), dc('dc02')];
    const shell = shown({
      getHostRole: ({ HostName }) => ({
        ...NO_ROLES,
        domainController: HostName === second.name ? { ...well, sysvolShared: false } : well,
      }),
    });
    const failure = await failureOf(look(shell, [second], first));
    expect(failure).toMatchObject({ type: 'GroupUnhealthy' });
    expect(failure.message).toContain(`${second.name}: SYSVOL is not shared`);
    expect(callsOf(shell, 'getHostRole')).toHaveLength(2);
  });

  it('notes a group that has no other member in the inventory', async () => {
    const { warnings } = await look(shown(), []);
    expect(warnings).toEqual([expect.stringContaining(`the only member of ${GROUP}`)]);
  });

  it('spends no look at others when a guard speaks against the host itself', async () => {
    const shell = shown({ getHostState: hostState({ freeDiskMb: 10 }) });
    expect((await failureOf(look(shell, [partner]))).type).toBe('LowDisk');
    expect(ofPartner(shell)).toEqual([]);
  });

  it('says nothing of a group whose member this worker may not look at, since it carries other scripts', async () => {
    const other = new Ending({ kind: 'refused', type: 'ScriptsDiffer', message: 'other scripts', said: [] });
    expect((await failureOf(look(shown({ testHostProbe: other }), [partner]))).type).toBe('ScriptsDiffer');
  });

  it('ends as cancelled, not as a group in doubt, when the look is broken off', async () => {
    const shell = shown({ getHostState: ({ HostName }) => (HostName === partner.name ? brokenOff : hostState()) });
    const here = situation(shell, [host, partner]);
    here.environment.cancel();
    await expect(here.run('preflight', planned(host))).rejects.toBeInstanceOf(CancelledFailure);
  });
});

import { createHash } from 'node:crypto';
import type { OfferedUpdate } from '../../model/patch-window/facts.ts';

/** Operating systems of the simulated hosts, by the name that stands in the inventory. */
export const OPERATING_SYSTEMS = {
  'Windows Server 2016': '10.0.14393',
  'Windows Server 2019': '10.0.17763',
  'Windows Server 2022': '10.0.20348',
  'Windows Server 2025': '10.0.26100',
} as const;
export type OperatingSystem = keyof typeof OPERATING_SYSTEMS;

/** What the update source holds for one operating system. KBs and ids are made up and the same in every plant. */
export interface OsUpdates {
  cumulative: OfferedUpdate;
  /** Last month's; `cumulative` supersedes it. */
  previousCumulative: OfferedUpdate;
  dotNet: OfferedUpdate;
  /** Systems from 2022 on carry it inside the cumulative update. */
  servicingStack: OfferedUpdate | null;
  /** Offered only once the cumulative update's reboot is done. */
  followUp: OfferedUpdate;
}

const MONTH = '2026-11';
const PREVIOUS_MONTH = '2026-10';

export const OS_UPDATES: Record<OperatingSystem, OsUpdates> = {
  'Windows Server 2016': osUpdates('Windows Server 2016', {
    kbs: ['KB5091101', 'KB5088101', 'KB5091111', 'KB5091131'],
    servicingStack: 'KB5091121',
    cumulativeMb: 720,
  }),
  'Windows Server 2019': osUpdates('Windows Server 2019', {
    kbs: ['KB5091102', 'KB5088102', 'KB5091112', 'KB5091132'],
    servicingStack: 'KB5091122',
    cumulativeMb: 540,
  }),
  'Windows Server 2022': osUpdates('Windows Server 2022', {
    kbs: ['KB5091103', 'KB5088103', 'KB5091113', 'KB5091133'],
    servicingStack: null,
    cumulativeMb: 380,
  }),
  'Windows Server 2025': osUpdates('Windows Server 2025', {
    kbs: ['KB5091104', 'KB5088104', 'KB5091114', 'KB5091134'],
    servicingStack: null,
    cumulativeMb: 460,
  }),
};

/** Offered whatever the operating system. */
export const COMMON_UPDATES = {
  definitions: update({
    kb: 'KB2267602',
    title: 'Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.443.210.0)',
    classification: 'Definition Updates',
    sizeMb: 14,
  }),
  removalTool: update({
    kb: 'KB890830',
    title: 'Windows Malicious Software Removal Tool x64 - v5.140 (KB890830)',
    classification: 'Update Rollups',
    sizeMb: 72,
  }),
} satisfies Record<string, OfferedUpdate>;

/** Offered to hosts with the role `sql`. */
export const SQL_UPDATE: OfferedUpdate = update({
  kb: 'KB5091201',
  title: 'Security Update for SQL Server 2022 RTM CU (KB5091201)',
  classification: 'Security Updates',
  sizeMb: 420,
  revision: 202,
  rebootRequired: true,
});

interface Naming {
  /** Cumulative, last month's cumulative, .NET, follow-up. */
  kbs: readonly [string, string, string, string];
  servicingStack: string | null;
  cumulativeMb: number;
}

function osUpdates(os: OperatingSystem, { kbs, servicingStack, cumulativeMb }: Naming): OsUpdates {
  const [cumulative, previous, dotNet, followUp] = kbs;
  const security = 'Security Updates';
  const cumulativeTitle = `Cumulative Update for ${os} for x64-based Systems`;
  return {
    cumulative: update({
      kb: cumulative,
      title: `${MONTH} ${cumulativeTitle} (${cumulative})`,
      classification: security,
      sizeMb: cumulativeMb,
      rebootRequired: true,
      supersedes: [previous],
    }),
    previousCumulative: update({
      kb: previous,
      title: `${PREVIOUS_MONTH} ${cumulativeTitle} (${previous})`,
      classification: security,
      sizeMb: cumulativeMb - 20,
      revision: 201,
      rebootRequired: true,
    }),
    dotNet: update({
      kb: dotNet,
      title: `${MONTH} Cumulative Update for .NET Framework 4.8.1 for ${os} for x64 (${dotNet})`,
      classification: security,
      sizeMb: 68,
    }),
    servicingStack:
      servicingStack === null
        ? null
        : update({
            kb: servicingStack,
            title: `${MONTH} Servicing Stack Update for ${os} for x64-based Systems (${servicingStack})`,
            classification: 'Critical Updates',
            sizeMb: 12,
          }),
    followUp: update({
      kb: followUp,
      title: `${MONTH} Update for ${os} for x64-based Systems (${followUp})`,
      classification: 'Critical Updates',
      sizeMb: 46,
      rebootRequired: true,
    }),
  };
}

function update(
  given: Pick<OfferedUpdate, 'kb' | 'title' | 'classification' | 'sizeMb'> & Partial<OfferedUpdate>,
): OfferedUpdate {
  return { id: updateGuid(given.kb), revision: 200, rebootRequired: false, supersedes: [], ...given };
}

function updateGuid(kb: string): string {
  const hex = createHash('sha256').update(`simulated update ${kb}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

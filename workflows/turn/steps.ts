import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { SiteActivities, StepRequest } from '../../model/activities.ts';
import { siteFollowing, siteSteps } from '../activity-proxies.ts';
import { summaryText } from '../text-limits.ts';
import type { TurnRecord } from './turn-record.ts';

/** What every part of a turn needs: its record and the ways to its host. */
export interface TurnTools {
  record: TurnRecord;
  site: ActivityInterfaceFor<SiteActivities>;
  following: ActivityInterfaceFor<SiteActivities>;
  rebooting: ActivityInterfaceFor<SiteActivities>;
}

export function turnTools(record: TurnRecord): TurnTools {
  const { target, settings } = record.input;
  return {
    record,
    site: siteSteps(target.site, settings.limits),
    following: siteFollowing(target.site, settings.limits, settings.limits.installMs),
    rebooting: siteFollowing(target.site, settings.limits, settings.limits.rebootMs),
  };
}

/** The request that every step of this turn sends. */
export function request(record: TurnRecord, round: number): StepRequest {
  const { run, target, turn, settings } = record.input;
  return { run, target, turn, round, turnStartedAt: record.startedAt, settings };
}

/** The activity's summary in the Web UI. */
export function summary(record: TurnRecord, text: string): { summary: string } {
  const host = record.input.target.host.split('.')[0] ?? '';
  return { summary: summaryText(`${host}: ${text}`) };
}

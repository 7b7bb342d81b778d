import type { VerifyReport } from '../../model/patch-window/turn.ts';
import { passedOver, StepFailure } from '../turn/step-failure.ts';
import { act } from '../turn/tools.ts';
import { request, type PatchTools } from './tools.ts';

/**
 * Services that ran before run again, probes pass, the redundancy group is healthy.
 * A service that is down is started once; still down, a person is asked.
 */
export async function verify(tools: PatchTools): Promise<void> {
  const { record, steps } = tools;
  const runningServices = record.own.ranBefore;
  await record.step(
    'verify',
    1,
    async () => {
      let report = await look(tools, runningServices);
      // What counts is the second look, whatever the start itself says.
      for (const { name: service } of report.servicesDown)
        await act(tools, steps.startService, `start ${service}`, { ...request(tools), service }).catch(passedOver);
      if (report.servicesDown.length > 0) report = await look(tools, runningServices);
      refuseIll(report);
      record.verified = true;
    },
    () => `${runningServices.length} services and all probes good`,
  );
}

async function look(tools: PatchTools, runningServices: string[]): Promise<VerifyReport> {
  const { record, steps } = tools;
  const asked = { ...request(tools), runningServices, probes: record.target.own.probes ?? [] };
  const report = await act(tools, steps.verifyHost, 'services, probes, group', asked);
  record.own.servicesDown = report.servicesDown.map((service) => service.name);
  record.own.pendingReboot = report.pendingReboot.length > 0;
  return report;
}

function refuseIll(report: VerifyReport): void {
  if (report.servicesDown.length > 0) {
    const names = report.servicesDown.map((service) => service.name).join(', ');
    throw new StepFailure(
      'ServiceDown',
      `Ran before and not now, also after a start: ${names}.`,
      `Start ${names}, then retry the target. Or skip it?`,
    );
  }
  if (report.probesFailed.length > 0) {
    throw new StepFailure(
      'ProbeFailed',
      report.probesFailed.map(({ probe, detail }) => `${probe}: ${detail}`).join('; '),
    );
  }
  if (report.group !== null && !report.group.healthy) throw new StepFailure('GroupUnhealthy', report.group.detail);
}

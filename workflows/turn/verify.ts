import type { VerifyReport } from '../../model/turn.ts';
import { StepFailure } from './step-failure.ts';
import { request, summary, type TurnTools } from './steps.ts';

/**
 * Services that ran before run again, probes pass, the redundancy group is healthy (domain.md, step 7).
 * A service that is down is started once; still down, a person is asked.
 */
export async function verify(tools: TurnTools): Promise<void> {
  const { record, site } = tools;
  const runningServices = record.ranBefore;
  await record.step(
    'verify',
    1,
    async () => {
      let report = await look(tools, runningServices);
      // What counts is the second look, whatever the start itself says.
      for (const service of report.servicesDown) {
        await site.startService
          .executeWithOptions(summary(record, `start ${service.name}`), [
            { ...request(record, 1), service: service.name },
          ])
          .catch(() => null);
      }
      if (report.servicesDown.length > 0) report = await look(tools, runningServices);
      judge(report);
      record.verified = true;
    },
    () => `${runningServices.length} services and all probes good`,
  );
}

async function look(tools: TurnTools, runningServices: string[]): Promise<VerifyReport> {
  const { record, site } = tools;
  const report = await site.verifyHost.executeWithOptions(summary(record, 'services, probes, group'), [
    { ...request(record, 1), runningServices },
  ]);
  record.servicesDown = report.servicesDown.map((service) => service.name);
  record.pendingReboot = report.pendingReboot.length > 0;
  return report;
}

function judge(report: VerifyReport): void {
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

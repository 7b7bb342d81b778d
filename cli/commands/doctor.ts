import type { Command } from 'commander';
import { requireOrganisation } from '../../workers/require-organisation.ts';
import { readEnvironment, type Environment } from '../../workers/config.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { requirePinned } from '../../workers/script-hashes.ts';
import type { Action } from '../action.ts';
import { connect, findServer, type ConnectionFlags, type Session } from '../connect.ts';
import { checkConnections } from '../doctor/check-connections.ts';
import { checkNode, checkPowerShell, checkTemporalCli } from '../doctor/check-machine.ts';
import {
  checkDrain,
  checkNamespace,
  checkPayloads,
  checkSearchAttributes,
  checkWorkers,
} from '../doctor/check-server.ts';
import { bad, exitOfFindings, good, type Finding } from '../doctor/finding.ts';
import { reportError } from '../error-report.ts';
import { withConnection } from '../options.ts';
import { renderFindings } from '../render/findings.ts';
import { renderProblems } from '../render/problems.ts';

/** `fettle doctor`: looks at everything that a run needs and says how to mend what is missing. Changes nothing. */
export function addDoctor(program: Command, action: Action): void {
  withConnection(
    program.command('doctor').description('check everything a run needs, and say how to mend each finding'),
  ).action(
    action<ConnectionFlags>(async (terminal, flags) => {
      const findings = [checkNode(process.versions.node), ...(await examine(flags))];
      terminal.document({ findings });
      terminal.say(renderFindings(findings, terminal));
      return exitOfFindings(findings);
    }),
  );
}

async function examine(flags: ConnectionFlags): Promise<Finding[]> {
  const environment = await look('Environment', async () => readEnvironment());
  if ('finding' in environment) return [environment.finding];
  const { findings, sites } = await examineConfig(environment.value);
  return [
    good('Environment', 'every variable that is set can be used'),
    ...findings,
    await examineScripts(),
    await checkTemporalCli(environment.value),
    await checkPowerShell(environment.value),
    ...(await examineServer(flags, sites)),
  ];
}

async function examineConfig({
  configDir,
  plantUrl,
  variables,
}: Environment): Promise<{ findings: Finding[]; sites: string[] }> {
  const loaded = await look(`Configuration in ${configDir}`, async () => requireOrganisation(configDir));
  if ('finding' in loaded) return { findings: [loaded.finding], sites: [] };
  const { inventory, sites } = loaded.value;
  const text = `${inventory.hosts.length} hosts at ${sites.length} sites`;
  const findings = [good(`Configuration in ${configDir}`, text)];
  // Over a simulated plant no connection of the inventory is made.
  if (plantUrl === null)
    findings.push(await checkConnections(inventory, { environment: variables, platform: process.platform }));
  return { findings, sites: sites.map(({ name }) => name) };
}

/** A worker on this machine would run no script that is not as pinned, and would not start. */
async function examineScripts(): Promise<Finding> {
  const loaded = await look('Scripts', () => requirePinned(checkoutDir));
  return 'finding' in loaded ? loaded.finding : good('Scripts', 'every PowerShell file is as the manifest pins it');
}

async function examineServer(flags: ConnectionFlags, sites: string[]): Promise<Finding[]> {
  let session: Session;
  try {
    session = await connect(flags);
  } catch (error) {
    return [bad('Temporal server', reportError(error).message, { about: 'connection', mend: 'npx fettle lab up' })];
  }
  try {
    const { source } = await findServer(flags);
    return [
      good('Temporal server', `${session.address}, by ${source}`),
      await checkNamespace(session),
      await checkPayloads(session),
      ...(await checkSearchAttributes(session)),
      ...(await checkWorkers(session, sites)),
      await checkDrain(session),
    ];
  } catch (error) {
    return [bad('Temporal server', `${session.address}: ${reportError(error).message}`, { about: 'connection' })];
  } finally {
    await session.close();
  }
}

/** Reads something that tells all its problems by throwing. */
async function look<T>(check: string, read: () => Promise<T>): Promise<{ value: T } | { finding: Finding }> {
  try {
    return { value: await read() };
  } catch (error) {
    const { message, problems } = reportError(error);
    const text = problems.length > 0 ? `${message}\n${renderProblems(problems)}` : message;
    return { finding: bad(check, text, { about: 'configuration', mend: 'correct every problem that is listed' }) };
  }
}

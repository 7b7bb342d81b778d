import { benchPowerShell } from './powershell.ts';
import { reportText } from './report.ts';

const USAGE = `npm run bench -- powershell [--json]

Measures the PowerShell boundary with the shell of FETTLE_PWSH or PATH, or else with the simulated one: two to three minutes, or half a minute.
Times depend on the machine and on what else it does; compare only within one run.
`;

const [name, ...rest] = process.argv.slice(2);
const json = rest.includes('--json');
if (name !== 'powershell' || rest.some((option) => option !== '--json')) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const report = await benchPowerShell((text) => process.stderr.write(`${text}\n`));
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : reportText(report)}\n`);
}

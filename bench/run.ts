import { benchFlood, floodText } from './flood.ts';
import { benchPowerShell } from './powershell.ts';
import { reportText } from './report.ts';

const USAGE = `npm run bench -- powershell|flood [--json]

powershell  Measures the PowerShell boundary with the shell of FETTLE_PWSH or PATH, or else with the simulated one: two to three minutes, or half a minute.
flood       Sends a run of 150 hosts the most signals that the server takes while no control worker runs, and measures how it reads them: half a minute.
Times depend on the machine and on what else it does; compare only within one run.
`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** What each bench measures, for a program and for a person. */
const BENCHES: Record<string, () => Promise<{ report: object; text: string }>> = {
  powershell: async () => {
    const report = await benchPowerShell(say);
    return { report, text: reportText(report) };
  },
  flood: async () => {
    const report = await benchFlood(say);
    return { report, text: floodText(report) };
  },
};

const [name = '', ...rest] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined || rest.some((option) => option !== '--json')) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const { report, text } = await bench();
  process.stdout.write(`${rest.includes('--json') ? JSON.stringify(report, null, 2) : text}\n`);
}

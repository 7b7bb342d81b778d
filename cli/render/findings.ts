import type { Finding } from '../doctor/finding.ts';
import type { Look } from './look.ts';

/** Further lines of a finding stand below its first. */
const INDENTED = '\n        ';

/** One line a finding, with what mends it below. */
export function renderFindings(findings: Finding[], look: Look): string {
  const { colours } = look;
  const marks = { good: colours.green('ok   '), note: colours.yellow('note '), bad: colours.red('BAD  ') };
  const lines = findings.map(({ check, verdict, text, mend }) => {
    const line = `${marks[verdict]} ${check}: ${text.replaceAll('\n', INDENTED)}`;
    return mend === null ? line : `${line}${INDENTED}to mend: ${mend}`;
  });
  return `${lines.join('\n')}\n\n${summary(findings)}`;
}

function summary(findings: Finding[]): string {
  const badCount = findings.filter(({ verdict }) => verdict === 'bad').length;
  if (badCount > 0)
    return `${badCount} ${badCount === 1 ? 'thing needs' : 'things need'} mending before runs can work.`;
  const lacking = findings.some(({ verdict, mend }) => verdict === 'note' && mend !== null);
  return lacking
    ? 'Nothing is wrong in general; the notes say what this machine lacks.'
    : 'Everything that a run needs is there.';
}

import { checkHabits, type FileKind } from '../../../activities/powershell/checks/habits.ts';
import { parsed } from './parsed.ts';

/** What the rules say of a text: `line: message → what to write instead`, faults of the syntax among them. */
export function breachesOf(text: string, kind: FileKind = 'script', visible: readonly string[] = []): string[] {
  const script = parsed(text);
  return [
    ...script.faults.map((fault) => `${fault.line}: does not parse: ${fault.text} → plain PowerShell`),
    ...script.ambiguities.map((one) => `${one.line}: ${one.text} → ${one.expected}`),
    ...checkHabits(script, kind, new Set(visible)).map((one) => `${one.line}: ${one.message} → ${one.expected}`),
  ];
}

import type { Schema, ScriptContract } from '../../model/contract.ts';
import type { SystemOutcome } from '../step/outcome.ts';
import { Refusal } from '../step/refusal.ts';

/** The parameters as the contract has them. @throws {Refusal} `ContractViolation`, with every problem. */
export function checkParameters<P, R>({ name, parameters }: ScriptContract<P, R>, given: P): P {
  const checked = parameters.safeParse(given);
  const problem = checked.success ? lostInJson(checked.data) : issueText(checked);
  if (checked.success && problem === null) return checked.data;
  throw new Refusal('ContractViolation', `${name} was not called: ${problem}`);
}

/** The one value that a script returned, as its contract has it. */
export function checkResult<P, R>({ name, result }: ScriptContract<P, R>, values: unknown[]): SystemOutcome<R> {
  const broke = (message: string) => ({ kind: 'broke-contract', message: `${name} ${message}` }) as const;
  if (values.length !== 1) return broke(`returned ${values.length} values; its contract allows exactly one.`);
  const checked = result.safeParse(values[0]);
  if (checked.success) return { kind: 'result', result: checked.data };
  return broke(`returned what its contract does not allow: ${issueText(checked)}`);
}

/** All problems of a failed check in one line: `Updates.0.id: Invalid GUID; Key: Required`. */
function issueText(failed: Extract<ReturnType<Schema<unknown>['safeParse']>, { success: false }>): string {
  const texts = failed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return texts.slice(0, 20).join('; ');
}

/** What in a value would reach a script as something else, in words; null when JSON and PowerShell carry all of it. */
function lostInJson(value: unknown): string | null {
  let lost: string | null = null;
  JSON.stringify(value, (name, item: unknown) => {
    const isExact = typeof item !== 'number' || Number.isSafeInteger(item) || (Number.isFinite(item) && item % 1 !== 0);
    if (!isExact) lost = `digits of ${String(item)} would be lost; pass it as text.`;
    if (!name.isWellFormed() || (typeof item === 'string' && !item.isWellFormed()))
      lost = 'half of a surrogate pair stands alone, which UTF-8 cannot carry; pass whole characters.';
    return item;
  });
  return lost;
}

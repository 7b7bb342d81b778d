import { AsyncLocalStorage } from 'node:async_hooks';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import type { ScriptContract } from '../../model/contract.ts';
import { cutHashes } from '../../model/scripts.ts';
import type { OtherScripts, StepRequest } from '../../model/turn.ts';
import type { StepDependencies } from './dependencies.ts';
import { failure } from './failure.ts';

interface Binding {
  /** The hashes that each script may have. */
  allowed: StepRequest['scripts'];
  /** Whether this attempt has sent anything that may change something. */
  changing: boolean;
}

const bindings = new AsyncLocalStorage<Binding>();

type Activity = (request: unknown) => Promise<unknown>;

/**
 * The same activity, whose every call is held to the scripts in its request. A request that names none belongs to no plan: a survey
 * comes before there is one.
 */
export function boundToPlan(activity: Activity): Activity {
  return (request) => {
    const { scripts: allowed } = request as Partial<StepRequest>;
    if (allowed === undefined) return activity(request);
    return bindings.run({ allowed, changing: false }, () => activity(request));
  };
}

/** Whether the step has certainly changed nothing yet: an earlier attempt may have. */
export function nothingSent(): boolean {
  return bindings.getStore()?.changing !== true && Context.current().info.attempt === 1;
}

/**
 * Refuses a call that would run anything else than was planned: the script, what carries it, or the functions that it calls. The
 * failure names everything that this worker carries otherwise, so that a person is asked once.
 */
export function refuseOtherScripts(
  { scripts }: StepDependencies,
  { name, file, effect }: Pick<ScriptContract<unknown, unknown>, 'name' | 'file' | 'effect'>,
  where: string,
): void {
  const binding = bindings.getStore();
  if (binding === undefined) return;
  const { allowed } = binding;
  const here = cutHashes(scripts);
  const differs = (one: string): boolean => !(allowed[one] ?? []).includes(here[one] ?? '');
  const script = file === undefined ? 'call-function.ps1' : basename(fileURLToPath(file));
  if (![script, 'dispatcher.ps1', 'runner.psm1', ...modulesOf(here)].some(differs)) {
    binding.changing ||= effect !== 'read';
    return;
  }
  const heldUp = otherModule(allowed, here) ?? otherFiles(allowed, here, differs);
  const happened = `${name} on ${where}: nothing was sent, since this worker carries other scripts than were planned: ${heldUp.text}`;
  throw failure('ScriptsDiffer', happened, { host: where, heldUp, nothingSent: nothingSent() });
}

/** A worker for another kind of hosts. Nobody can let that in: what it did would be done to other machines than the plan's. */
function otherModule(allowed: StepRequest['scripts'], here: Record<string, string>): OtherScripts | null {
  const [planned] = modulesOf(allowed);
  const [mine] = modulesOf(here);
  if (planned === undefined || mine === planned) return null;
  const text = `its host module is ${mine ?? 'none'}, and ${planned} was planned, which is another kind of hosts; start the right worker for the site`;
  return { by: 'scripts', text, scripts: {} };
}

function otherFiles(
  allowed: StepRequest['scripts'],
  here: Record<string, string>,
  differs: (file: string) => boolean,
): OtherScripts {
  const others = Object.entries(here).filter(([file]) => differs(file));
  const told = others.map(
    ([file, hash]) => `${file} (planned ${allowed[file]?.join(' or ') ?? 'none'}, there ${hash})`,
  );
  return { by: 'scripts', text: told.join(', '), scripts: Object.fromEntries(others) };
}

function modulesOf(files: object): string[] {
  return Object.keys(files).filter((file) => file.startsWith('modules/'));
}

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { showBehaviour } from './behaviour.ts';
import type { ShellConsole } from './console.ts';
import { connectHost, ShellError } from './plant-client.ts';
import { SIMULATED_SCRIPTS } from './scripts.ts';

export type ScriptParameters = Readonly<Record<string, unknown>>;

export interface RunContext {
  console: ShellConsole;
  plantUrl: string;
}

/** One answer, in the form of runner.psm1. */
export interface ShellAnswer {
  ok: boolean;
  result: unknown[];
  failure: Record<string, string> | null;
  errors: Record<string, string>[];
  warnings: string[];
  information: string[];
  verbose: string[];
}

interface Request {
  id: string;
  script: string;
  params: ScriptParameters;
}

/** Does what the request's script would do. Never rejects: what goes wrong is an answer too. */
export async function runRequest(json: string, context: RunContext): Promise<{ id: string; answer: ShellAnswer }> {
  const { id, script, params } = JSON.parse(json) as Request;
  const answer: ShellAnswer = {
    ok: true,
    result: [],
    failure: null,
    errors: [],
    warnings: [],
    information: [],
    verbose: [],
  };
  try {
    await run(script, params, context, answer);
  } catch (error) {
    answer.ok = false;
    answer.result = [];
    answer.failure = failureOf(error);
  }
  return { id, answer };
}

async function run(script: string, params: ScriptParameters, context: RunContext, answer: ShellAnswer): Promise<void> {
  const name = basename(script, '.ps1');
  if (!existsSync(script)) {
    throw new ShellError(`Could not find file '${script}'.`, {
      stage: 'connect',
      hresult: '0x80070002',
      id: 'FileNotFoundException',
    });
  }
  if (name === 'Test-ShellBehaviour') return showBehaviour(params, context.console, answer);
  const simulated = SIMULATED_SCRIPTS.get(name);
  if (!simulated)
    throw new Error(`The simulated shell does not know the script ${name}: add it to lab/shell/scripts.ts.`);
  const host = String(params['HostName'] ?? params['EndpointName']);
  answer.result = [await simulated.run(connectHost(context.plantUrl, host), params)];
}

function failureOf(error: unknown): Record<string, string> {
  const type = 'System.Runtime.InteropServices.COMException';
  if (error instanceof ShellError) {
    const { message, hresult, id, stage } = error;
    return { message, type, hresult, id, category: 'OperationStopped', target: '', trace: '', stage };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    message,
    type: 'System.Management.Automation.RuntimeException',
    hresult: '0x80131501',
    id: message,
    category: 'OperationStopped',
    target: '',
    trace: '',
    stage: 'run',
  };
}

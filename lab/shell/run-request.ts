import { basename } from 'node:path';
import { runsMark } from '../../activities/powershell/answer-mark.ts';
import { showBehaviour } from './behaviour.ts';
import { bindParameters } from './binding.ts';
import type { ShellConsole } from './console.ts';
import { deliver, misbehaveAfter, misbehaveBefore, misbehaveDuring, type Ordered } from './misbehave.ts';
import { readPinnedText } from './pinned-text.ts';
import { askMisbehaviour, connectHost, ShellError } from './plant-client.ts';
import type { Remoting, Target } from './remoting.ts';
import { SIMULATED_SCRIPTS } from './scripts.ts';

export interface RunContext {
  console: ShellConsole;
  plantUrl: string;
  remoting: Remoting;
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
  scriptSha256: string;
  /** Paths, one a line. */
  module: string;
  moduleSha256: string;
  params: Readonly<Record<string, unknown>>;
  target: Target;
}

/** The host module is read once and kept, as a runspace keeps it. */
const loaded = { module: '' };

/** Does what the request's script would do and answers; the plant may have ordered that it goes wrong. */
export async function runRequest(line: string, context: RunContext): Promise<void> {
  const request = JSON.parse(Buffer.from(line, 'base64').toString('utf8')) as Request;
  const script = basename(request.script, '.ps1');
  const ordered = await askMisbehaviour(context.plantUrl, { call: { host: hostOf(request), script } });
  await misbehaveBefore(ordered);
  const answer = await answerTo(request, script, ordered, context);
  await misbehaveAfter(ordered);
  const kept = request.target.transport === 'local' || context.remoting.holds(request.target);
  await deliver(
    { ordered, id: request.id, json: JSON.stringify(answer), kept, asked: JSON.stringify(request.params) },
    context.console,
  );
}

function hostOf({ params }: Request): string {
  const named = params['HostName'] ?? params['EndpointName'];
  return typeof named === 'string' ? named : '';
}

/** Never rejects: what goes wrong is an answer too. */
async function answerTo(request: Request, script: string, ordered: Ordered, context: RunContext): Promise<ShellAnswer> {
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
    answer.result = await run(request, script, ordered, answer, context);
  } catch (error) {
    answer.ok = false;
    answer.failure = failureOf(error);
  }
  return answer;
}

async function run(
  request: Request,
  script: string,
  ordered: Ordered,
  answer: ShellAnswer,
  { console, plantUrl, remoting }: RunContext,
): Promise<unknown[]> {
  const { params, target } = request;
  readPinnedText([request.script], request.scriptSha256);
  const remote = target.transport !== 'local';
  if (loaded.module !== request.moduleSha256)
    readPinnedText(request.module.split('\n').filter(Boolean), request.moduleSha256);
  loaded.module = request.moduleSha256;
  if (remote) {
    await remoting.reach(target, console);
    console.out(runsMark(request.id));
  }
  if (script === 'Test-ShellBehaviour') {
    const { Behaviour, Value } = bindParameters(params, ['Behaviour', 'Value']);
    const lose = remote ? () => remoting.lose(target) : null;
    return showBehaviour(String(Behaviour), { value: Value, console, answer, lose });
  }
  const simulated = SIMULATED_SCRIPTS.get(script);
  if (!simulated)
    throw new Error(`The simulated shell does not know the script ${script}: add it to lab/shell/scripts.ts.`);
  return [await simulated.run(misbehaveDuring(ordered, connectHost(plantUrl, hostOf(request))), params)];
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

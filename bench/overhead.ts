import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../activities/powershell/child-environment.ts';
import { GroupedPowerShell } from '../activities/powershell/grouped-powershell.ts';
import { HOST_MODULES } from '../activities/powershell/host-modules.ts';
import { killProcessTree } from '../activities/powershell/process-tree.ts';
import type { ShellSettings } from '../activities/powershell/shell-settings.ts';
import { DISPATCHER, quote } from '../activities/powershell/start-session.ts';
import { shellBehaviour } from '../lab/shell/index.ts';
import { callOnce, withPool } from './shells.ts';
import { round, spread, time, type Spread } from './statistics.ts';

/** What a call costs beside the shell's own time, in milliseconds. */
export interface Overhead {
  /** A call through the pool. */
  call: Spread;
  /** The same request line, written by the library straight to a shell of its own that has the dispatcher. */
  straight: Spread;
  /** A line that does nothing, the same way: the library and the shell alone. */
  bare: Spread;
  /** p50 of the calls less that of the straight lines: what the pool adds. */
  poolMs: number;
  /** p50 of the calls less that of the bare lines: what pool, dispatcher, runner and script add. */
  poolAndDispatcherMs: number;
}

/** Does nothing, and both the real and the simulated shell know it. */
const BARE_LINE = '[Console]::Out.WriteLine("0")';

/** The three are taken in turn, so that what else the machine does strikes all alike. */
export async function measureOverhead(settings: ShellSettings, rounds: number): Promise<Overhead> {
  const line = requestLine(settings);
  const library = new GroupedPowerShell({
    executable: settings.executable,
    environment: childEnvironment(settings.environment),
  });
  const send = async (text: string): Promise<void> => {
    await library.invoke(text);
    library.history.length = 0;
  };
  try {
    await send(`. ${quote(DISPATCHER)}`);
    return await withPool(settings, 1, async (shell) => {
      const taken = { call: [] as number[], straight: [] as number[], bare: [] as number[] };
      for (let turn = -rounds / 10; turn < rounds; turn += 1) {
        const call = await time(() => callOnce(shell));
        const straight = await time(() => send(line));
        const bare = await time(() => send(BARE_LINE));
        // The first tenth warms the straight shell up.
        if (turn < 0) continue;
        taken.call.push(call);
        taken.straight.push(straight);
        taken.bare.push(bare);
      }
      return compare(spread(taken.call), spread(taken.straight), spread(taken.bare));
    });
  } finally {
    if (library.pid !== undefined) killProcessTree(library.pid);
    await library.ended.catch(() => undefined);
  }
}

function compare(call: Spread, straight: Spread, bare: Spread): Overhead {
  const [poolMs, poolAndDispatcherMs] = [round(call.p50 - straight.p50), round(call.p50 - bare.p50)];
  return { call, straight, bare, poolMs, poolAndDispatcherMs };
}

/** As activities/powershell/request.ts makes it. */
function requestLine({ hostModule }: ShellSettings): string {
  const [id, script] = [randomUUID(), fileURLToPath(shellBehaviour.file)];
  const params = { Behaviour: 'echo', Value: 1 };
  const request = { id, script, module: HOST_MODULES[hostModule], params, target: { transport: 'local' } };
  return `Invoke-FettleRequest '${Buffer.from(JSON.stringify(request), 'utf8').toString('base64')}'`;
}

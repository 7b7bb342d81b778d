// `npm run histories`: records every stored history anew, over a real Temporal server and activities that do what they are told.
// To be run after a change of the workflows that is meant not to replay: at its release no window may be running.
import { resolveTemporalCli } from '../../lab/temporal/resolve.ts';
import { startTemporal } from '../../lab/temporal/start.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { readEnvironment } from '../../workers/config.ts';
import { createLog } from '../../workers/log.ts';
import { stageOver } from '../workflows/stage/stage.ts';
import { ENDINGS } from './endings.ts';
import { HISTORY_KINDS, writeHistory } from './stored.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const cli = await resolveTemporalCli({ places: readEnvironment(), onProgress: say });
const temporal = await startTemporal({ cli, ui: false, log: createLog({ level: 'fatal', readable: true }) });
const stage = await stageOver(temporal, await workflowBundle());
try {
  for (const [index, kind] of HISTORY_KINDS.entries()) {
    const handle = await ENDINGS[kind](stage, `rec${index + 1}`);
    const history = await handle.fetchHistory();
    await writeHistory(kind, history);
    say(`${kind}: ${history.events?.length ?? 0} events`);
  }
} finally {
  await stage.close();
}

import type { Command } from 'commander';
import type { Action } from './action.ts';
import { withSession } from './connect.ts';
import { withConnection, withJson } from './options.ts';

/** What a runbook's own commands are made with: they stand outside of this folder and import only its types. */
export interface CommandTools {
  action: Action;
  /** Adds `--json`. */
  withJson: (command: Command) => Command;
  /** Adds `--json` and the options that say which server to talk to. */
  withConnection: (command: Command) => Command;
  withSession: typeof withSession;
}

export function commandTools(action: Action): CommandTools {
  return { action, withJson, withConnection, withSession };
}

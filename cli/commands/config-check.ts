import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readEnvironment } from '../../workers/config.ts';
import { requireOrganisation } from '../../workers/require-organisation.ts';
import type { Action } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { withJson } from '../options.ts';

/** `fettle config check`: every error of the configuration, with file, line and what would be right. */
export function addConfig(program: Command, action: Action): void {
  const config = program.command('config').description("the organisation's configuration");
  withJson(
    config.command('check').description('every error of the configuration, with file, line and what would be right'),
  )
    .argument('[dir]', 'folder of the YAML files; FETTLE_CONFIG or config/ when left out')
    .action(
      action<object>(async (terminal, _flags, given = '') => {
        const dir = given === '' ? readEnvironment().configDir : resolve(given);
        const { inventory, sites } = requireOrganisation(dir);
        const counts = { sites: sites.length, hosts: inventory.hosts.length, endpoints: inventory.endpoints.length };
        terminal.document({ dir, problems: [], ...counts });
        terminal.say(`${dir} is right: ${counts.sites} sites, ${counts.hosts} hosts, ${counts.endpoints} endpoints.`);
        return EXIT.done;
      }),
    );
}

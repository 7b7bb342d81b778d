import type { Organisation } from '../model/organisation.ts';
import type { Problem } from '../model/problems.ts';
import { loadOrganisation } from './organisation/index.ts';
import type { ConfigProblem } from './organisation/index.ts';

/** The configuration cannot be used: every problem at once, each with file and line in its path. */
export class InvalidConfiguration extends Error {
  readonly type = 'InvalidInput';
  readonly problems: Problem[];

  constructor(dir: string, problems: readonly ConfigProblem[]) {
    super(
      `The configuration in ${dir} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}. \`npx fettle config check ${dir}\` looks again.`,
    );
    this.name = 'InvalidConfiguration';
    this.problems = problems.map(({ file, line, path, message, expected }) => ({
      path: `${file}:${line}${path === '' ? '' : ` ${path}`}`,
      message,
      expected,
    }));
  }
}

/**
 * Loads the configuration of a folder for use.
 * @throws {InvalidConfiguration} with every problem in it.
 */
export function requireOrganisation(dir: string): Organisation {
  const loaded = loadOrganisation(dir);
  if (!loaded.ok) throw new InvalidConfiguration(dir, loaded.problems);
  return loaded.organisation;
}

import { readFile } from 'node:fs/promises';
import type { Contract } from '../../model/contract.ts';
import { Refusal } from '../step/refusal.ts';

/** A secret and the reference by which it may be named. */
export interface Secret {
  /** `env:NAME` or `file:PATH`. */
  reference: string;
  value: string;
}

/** A shorter one would be found everywhere, and so could not be kept out of records without blotting out the rest. */
export const SHORTEST = 4;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the secrets in the place of their references, read anew for each call. Only the parameters that the contract names are looked
 * at, and what comes back must go nowhere but into the request.
 * @throws {Refusal} `SecretMissing`, which names the reference and never the value, for the first secret that cannot be used.
 */
export async function resolveSecrets<P>(
  { name, secrets: named = [] }: Pick<Contract<P, unknown>, 'name' | 'secrets'>,
  parameters: P,
  environment: Environment,
): Promise<{ parameters: P; secrets: Secret[] }> {
  const secrets: Secret[] = [];
  const resolved: Record<string, unknown> = { ...(parameters as object) };
  for (const parameter of named) {
    const given = resolved[parameter];
    if (given === undefined || given === null) continue;
    const secret = await readSecret(given, `The parameter ${parameter} of ${name}`, environment);
    secrets.push(secret);
    resolved[parameter] = secret.value;
  }
  return { parameters: resolved as P, secrets };
}

async function readSecret(given: unknown, what: string, environment: Environment): Promise<Secret> {
  const reference = typeof given === 'string' ? given : '';
  const [, scheme, name = ''] = /^(env|file):(\S.*)$/.exec(reference) ?? [];
  // Somebody may have put the value itself there.
  if (scheme === undefined)
    throw new Refusal(
      'SecretMissing',
      `${what} must name its secret by a reference (\`env:...\` or \`file:...\`); what stands there is kept back.`,
    );
  const problem = (text: string): Refusal => new Refusal('SecretMissing', `The secret ${reference} ${text}.`);
  const value = scheme === 'env' ? environment[name] : await textOf(name, problem);
  if (!value) throw problem(scheme === 'env' ? "is not set in the worker's environment" : 'is empty');
  if (value.length < SHORTEST) throw problem(`has fewer than ${SHORTEST} characters: choose a longer one`);
  return { reference, value };
}

/** A file on the worker, UTF-8, without the line break at its end. */
async function textOf(path: string, problem: (text: string) => Refusal): Promise<string> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw problem(`cannot be read (${'code' in error ? String(error.code) : error.message})`);
  });
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\uFFFD')) throw problem('is not UTF-8 text');
  return text.replace(/\r?\n$/, '');
}

import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Contract } from '../../model/contract.ts';

/** A secret and the reference by which it may be named. */
export interface Secret {
  /** `env:NAME` or `file:PATH`. */
  reference: string;
  value: string;
}

/** A place that secrets are kept in. Another kind of store is another source with a scheme of its own. */
export interface SecretSource {
  /** What stands before the colon of a reference. */
  readonly scheme: string;
  /** Asked anew for each call, so that a secret may be changed while the worker runs. Throws a SecretProblem. */
  read(name: string): string | Promise<string>;
}

/** A secret cannot be used. The message names the reference, never the value. */
export class SecretProblem extends Error {
  override name = 'SecretProblem';
}

/** A shorter one would be found everywhere, and so could not be kept out of records without blotting out the rest. */
export const SHORTEST = 4;
/** Bytes of a secret's file: room for a key or a certificate. */
const LARGEST_FILE = 16 * 1024;

/** `env:NAME`: a variable of the worker's environment. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    scheme: 'env',
    read(name) {
      const value = environment[name];
      if (!value) throw new SecretProblem(`The secret env:${name} is not set in the worker's environment.`);
      return value;
    },
  };
}

/** `file:PATH`: a file on the worker, UTF-8, without the line break at its end. */
export function fileSecrets(): SecretSource {
  return {
    scheme: 'file',
    async read(path) {
      const problem = (what: string): SecretProblem => new SecretProblem(`The secret file:${path} ${what}.`);
      if (!isAbsolute(path)) throw problem('has no absolute path');
      const bytes = await readFile(path).catch((error: Error) => {
        throw problem(`cannot be read (${'code' in error ? String(error.code) : error.message})`);
      });
      if (bytes.length > LARGEST_FILE) throw problem(`is larger than ${LARGEST_FILE} bytes`);
      const text = new TextDecoder().decode(bytes);
      if (text.includes('\uFFFD')) throw problem('is not UTF-8 text');
      return text.replace(/\r?\n$/, '');
    },
  };
}

/**
 * Puts the secrets in the place of their references. Only the parameters that the contract names are looked at, and what
 * comes back must go nowhere but into the request.
 * @throws {SecretProblem} for the first secret that cannot be used.
 */
export async function resolveSecrets<P>(
  contract: Pick<Contract<P, unknown>, 'name' | 'secrets'>,
  parameters: P,
  sources: readonly SecretSource[],
): Promise<{ parameters: P; secrets: Secret[] }> {
  const secrets: Secret[] = [];
  const resolved: Record<string, unknown> = { ...(parameters as object) };
  for (const name of contract.secrets ?? []) {
    if (resolved[name] === undefined || resolved[name] === null) continue;
    const secret = await readSecret(resolved[name], `The parameter ${name} of ${contract.name}`, sources);
    secrets.push(secret);
    resolved[name] = secret.value;
  }
  return { parameters: resolved as P, secrets };
}

async function readSecret(given: unknown, what: string, sources: readonly SecretSource[]): Promise<Secret> {
  const reference = typeof given === 'string' ? given : '';
  const [, scheme, name] = /^([a-z]+):(\S.*)$/.exec(reference) ?? [];
  const source = sources.find((candidate) => candidate.scheme === scheme);
  if (!source || name === undefined) {
    const known = sources.map((candidate) => `\`${candidate.scheme}:...\``).join(' or ');
    // Somebody may have put the value itself there.
    throw new SecretProblem(`${what} must name its secret by a reference (${known}); what stands there is kept back.`);
  }
  const value = await source.read(name);
  if (value.length >= SHORTEST) return { reference, value };
  throw new SecretProblem(`The secret ${reference} has fewer than ${SHORTEST} characters: choose a longer one.`);
}

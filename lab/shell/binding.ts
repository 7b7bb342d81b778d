import { ShellError } from './plant-client.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Binds a splatted table to mandatory parameters as PowerShell does, case-insensitively; throws its binding errors. */
export function bindParameters(given: Parameters, names: string[]): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const known = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      const message = `A parameter cannot be found that matches parameter name '${name}'.`;
      throw new ShellError(message, { hresult: '0x80131501', id: 'NamedParameterNotFound' });
    }
    bound[known] = value;
  }
  const missing = names.filter((name) => !Object.hasOwn(bound, name));
  if (missing.length === 0) return bound;
  const message = `Cannot process command because of one or more missing mandatory parameters: ${missing.join(' ')}.`;
  throw new ShellError(message, { hresult: '0x80131501', id: 'MissingMandatoryParameter' });
}

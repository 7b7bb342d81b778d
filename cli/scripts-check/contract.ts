import type { AnyContract } from '../../model/contract.ts';
import type { Problem } from '../../model/problems.ts';
import { demanded } from './demanded.ts';
import type { Callable, Parameter } from './syntax.ts';

export type Problems = Generator<Problem, void>;

/** A problem at a line of a file. */
export function problem(file: string, line: number, message: string, expected: string): Problem {
  return { path: `${file}:${line}`, message, expected };
}

/** By these call-function.ps1 connects; the function does not get them. */
const CONNECTION = ['HostName', 'EndpointName', 'EndpointUser', 'EndpointSecret'];

/** As PowerShell writes an hresult, in capitals, or the head of an error id. */
const FAILURE_KEY = /^(0x[0-9A-F]{8}|(?!0x)[A-Za-z][A-Za-z0-9.]*)$/;

/** A contract, which stands in `path`, and what it calls: its script, or else a function of the host module. */
export function* checkContract(path: string, contract: AnyContract, called: Callable | undefined): Problems {
  const { name, file, failures, secrets = [] } = contract;
  const parameters = demanded(contract);
  const texts = parameters.filter(({ declared }) => declared.includes('string')).map((one) => one.name);
  for (const key of Object.keys(failures).filter((one) => !FAILURE_KEY.test(one)))
    yield { path, message: `failures has the key ${key}.`, expected: 'an hresult such as 0x8024001E, or an error id' };
  for (const secret of secrets.filter((one) => !texts.includes(one)))
    yield { path, message: `secrets names ${secret}.`, expected: 'a text among the parameters' };
  if (!file && texts.includes('HostName') === texts.includes('EndpointName'))
    yield { path, message: 'It does not say where to call.', expected: 'HostName or EndpointName, and not both' };
  if (!called) {
    const expected = file ? 'its script beside it' : 'the name of a function *-Fettle* of the host module';
    yield { path, message: `There is no ${name}.`, expected };
    return;
  }
  if (name !== called.name) yield { path, message: `Its name is ${name}.`, expected: called.name };
  if (file) yield* checkHelp(called, called.parameters);
  const passed = file ? parameters : parameters.filter((one) => !CONNECTION.includes(one.name));
  yield* compareParameters(called, 'its contract', passed);
}

/** Comment-based help: `.SYNOPSIS`, and `.PARAMETER` for each of `parameters`, with a text each. */
export function* checkHelp({ file, line, help }: Callable, parameters: Parameter[]): Problems {
  const wanted = parameters.map((one) => ({ section: `PARAMETER ${one.name}`, at: one.line }));
  for (const { section, at } of [{ section: 'SYNOPSIS', at: line }, ...wanted])
    if (!new RegExp(`^\\s*\\.${section}[ \\t]*\\n\\s*[^.#\\s]`, 'im').test(help))
      yield problem(file, at, `Its help has no .${section}.`, `.${section} and a text in the comment <# #> at its top`);
}

/** Compares by name the parameters of a script or function with those of `whose`. */
export function* compareParameters(called: Callable, whose: string, wanted: Parameter[]): Problems {
  const { file, line, parameters } = called;
  for (const one of wanted) {
    const found = parameters.find(({ name }) => name === one.name);
    if (!found) yield problem(file, line, `It lacks ${one.name}, which ${whose} has.`, written(one));
    else if (!fits(found, one))
      yield problem(file, found.line, `${written(found)} does not fit ${whose}.`, written(one));
  }
  for (const one of parameters)
    if (!wanted.some(({ name }) => name === one.name))
      yield problem(file, one.line, `It has ${one.name}, which ${whose} lacks.`, `$${one.name} in both, or in none`);
}

function fits({ declared: found }: Parameter, { declared: wanted }: Parameter): boolean {
  // Bounds may be left to the contract, which holds them before every call.
  const lacks = wanted.some((one) => !found.includes(one) && !one.startsWith('ValidateRange'));
  return !lacks && found.every((one) => wanted.includes(one));
}

function written({ name, declared }: Parameter): string {
  return [...declared.map((one) => `[${one}]`), `$${name}`].join(' ');
}

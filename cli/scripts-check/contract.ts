import { basename } from 'node:path/posix';
import { z } from 'zod';
import type { Problem } from '../../model/problems.ts';
import type { AnyContract } from '../../model/contract.ts';
import type { ParsedScript } from './syntax/parse.ts';
import { finding } from './finding.ts';
import { checkVerb } from './habits.ts';
import { checkHelp } from './help.ts';
import { expectedParameters, type ExpectedParameter } from './parameter-schema.ts';
import { compareWithContract } from './parameters.ts';

/** Lines are told of scripts only: of a contract the file is named, and the field stands in the message. */
const CONTRACT_LINE = 1;

/** As PowerShell writes an hresult, in capitals, or the head of an error id. */
const FAILURE_KEY = /^(0x[0-9A-F]{8}|(?!0x)[A-Za-z][A-Za-z0-9.]*)$/;

/** A contract and the script beside it: one name, the same parameters, help for each, keys of failures as answers have them. */
export function checkContract(file: string, contract: AnyContract, script: ParsedScript | undefined): Problem[] {
  const own = (message: string, expected: string): Problem =>
    finding(file.replace(/\.ps1$/, '.contract.ts'), CONTRACT_LINE, message, expected);
  if (!script) return [own(`The contract ${contract.name} has no script.`, `${file} beside it`)];
  const line = script.parameters[0]?.line ?? 1;
  const problems = [
    ...checkVerb(file, 1, basename(file, '.ps1')),
    ...checkHelp(file, { help: script.help, line: 1, parameters: script.parameters }),
    ...(script.cmdletBinding
      ? []
      : [finding(file, line, 'It has no [CmdletBinding()].', '[CmdletBinding()] param(…)')]),
    ...checkFields(own, basename(file, '.ps1'), contract),
  ];
  if (!(contract.parameters instanceof z.ZodObject))
    return [...problems, own('Its parameters are not an object.', 'z.strictObject({…})')];
  const expected = expectedParameters(contract.parameters);
  return [
    ...problems,
    ...compareWithContract({ file, line, parameters: script.parameters }, expected),
    ...checkSecrets(own, contract.secrets ?? [], expected),
  ];
}

type Own = (message: string, expected: string) => Problem;

function checkFields(own: Own, expectedName: string, { name, failures, timeLimitMs }: AnyContract): Problem[] {
  return [
    ...(name === expectedName ? [] : [own(`Its name is ${name}.`, expectedName)]),
    ...(Number.isInteger(timeLimitMs) && timeLimitMs > 0
      ? []
      : [own(`timeLimitMs is ${timeLimitMs}.`, 'whole milliseconds, more than 0')]),
    ...Object.keys(failures)
      .filter((key) => !FAILURE_KEY.test(key))
      .map((key) => own(`failures has the key ${key}.`, 'an hresult such as 0x8024001E, or an error id')),
  ];
}

function checkSecrets(own: Own, secrets: readonly string[], parameters: readonly ExpectedParameter[]): Problem[] {
  const texts = new Set(parameters.flatMap(({ name, types }) => (types[0] === 'string' ? [name] : [])));
  return secrets
    .filter((name) => !texts.has(name))
    .map((name) => own(`secrets names ${name}.`, 'a text among the parameters'));
}

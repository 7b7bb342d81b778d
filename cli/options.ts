import { InvalidArgumentError, Option, type Command } from 'commander';

/** `--json`, which every command takes. */
export function withJson(command: Command): Command {
  return command.option(
    '--json',
    'print exactly one JSON document on standard output; everything else goes to standard error',
  );
}

/** `--json` and the options that say which server to talk to. */
export function withConnection(command: Command): Command {
  return withJson(command)
    .option(
      '--address <host:port>',
      'Temporal server; otherwise TEMPORAL_ADDRESS, the profile file, or a running lab of this checkout',
    )
    .option('--namespace <name>', 'namespace on that server')
    .addOption(new Option('--ui <url>', 'base address of the Web UI, for links').argParser(httpUrl));
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`"${text}" is not a whole number from ${min} to ${max}.`);
  };
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is not an address such as https://temporal.corp.example.`);
}

/** The zone of the machine that the operator sits at. */
export function localZone(): string {
  return new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formats.set(timeZone, made);
  return made;
}

function parts(iso: string, timeZone: string): Record<string, string> {
  return Object.fromEntries(
    format(timeZone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
}

/** `2030-06-01 22:00 CEST`. */
export function dateTime(iso: string, timeZone: string): string {
  const { year, month, day, hour, minute, timeZoneName } = parts(iso, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
}

/** `22:00:05 CEST`, for lines that follow one another. */
export function clock(iso: string, timeZone: string): string {
  const { hour, minute, second, timeZoneName } = parts(iso, timeZone);
  return `${hour}:${minute}:${second} ${timeZoneName}`;
}

/** `2030-06-01 22:00:05 CEST`. */
export function dateTimeSeconds(iso: string, timeZone: string): string {
  const { year, month, day, hour, minute, second, timeZoneName } = parts(iso, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${timeZoneName}`;
}

/** The moment at the site and in UTC; once only where the two are the same. */
export function siteAndUtc(iso: string, timeZone: string): string {
  const atSite = dateTime(iso, timeZone);
  const utc = dateTime(iso, 'UTC');
  return atSite === utc ? utc : `${atSite} = ${utc}`;
}

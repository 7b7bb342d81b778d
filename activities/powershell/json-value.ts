/** Half of a surrogate pair: a string of JavaScript and of .NET may hold one, UTF-8 cannot. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Levels of lists and objects in one value: what the runner's `ConvertTo-FettlePlain` lets a script return. */
const DEEPEST = 16;

/** Whether lists and objects stand inside each other in more than so many levels; also for a value that holds itself. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}

/** The first thing in a value that would reach a script as something else, in words; null when all of it is carried. */
export function lostInJson(value: unknown): string | null {
  return isDeeperThan(DEEPEST, value)
    ? `the value: it is nested deeper than ${DEEPEST} levels; pass it flatter`
    : lostAt(value, '');
}

function lostAt(value: unknown, path: string): string | null {
  const place = path === '' ? 'the value' : path;
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value)
        ? `${place}: half of a surrogate pair stands alone, which UTF-8 cannot carry; pass whole characters`
        : null;
    case 'number':
      return lostNumber(value, place);
    case 'boolean':
      return null;
    case 'object':
      return value === null ? null : lostIn(value, path, place);
    case 'undefined':
      return `${place}: nothing stands where JSON needs a value; pass null`;
    default:
      return `${place}: a ${typeof value} cannot be carried by JSON; pass it as text`;
  }
}

/** A name that PowerShell, which takes names without regard to case, would take for an earlier one. */
function nameTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.toUpperCase();
    if (seen.has(folded)) return name;
    seen.add(folded);
  }
  return undefined;
}

function lostNumber(value: number, place: string): string | null {
  if (!Number.isFinite(value)) return `${place}: ${value} is no number that JSON can carry; pass it as text`;
  const exact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return exact ? null : `${place}: ${value} is beyond 2^53, where digits are lost; pass it as text`;
}

function lostIn(value: object, path: string, place: string): string | null {
  const isList = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isList && prototype !== Object.prototype && prototype !== null) {
    return `${place}: only plain values can be carried by JSON, this is a ${value.constructor.name}`;
  }
  const twice = isList ? undefined : nameTwice(Object.keys(value));
  if (twice !== undefined)
    return `${place}: the name ${twice} stands there twice but for its case; use names that differ`;
  for (const [key, item] of Object.entries(value)) {
    // A field that is undefined is left out, as an optional parameter that is not given.
    if (item === undefined && !isList) continue;
    const inside = path === '' ? key : `${path}.${key}`;
    const problem = (isList ? null : lostAt(key, `a name in ${place}`)) ?? lostAt(item, inside);
    if (problem !== null) return problem;
  }
  return null;
}

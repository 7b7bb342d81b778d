/** Half of a surrogate pair: a string of JavaScript and of .NET may hold one, UTF-8 cannot. */
const LONE_SURROGATE = /\p{Cs}/u;

/** The first thing in a value that would reach a script as something else, in words; null when all of it is carried. */
export function notCarried(value: unknown, path = ''): string | null {
  const place = path === '' ? 'the value' : path;
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value)
        ? `${place}: half of a surrogate pair stands alone, which UTF-8 cannot carry; pass whole characters`
        : null;
    case 'number':
      return Number.isFinite(value) ? null : `${place}: ${value} is no number that JSON can carry; pass it as text`;
    case 'boolean':
      return null;
    case 'object':
      return value === null ? null : notCarriedIn(value, path, place);
    case 'undefined':
      return `${place}: nothing stands where JSON needs a value; pass null`;
    default:
      return `${place}: a ${typeof value} cannot be carried by JSON; pass it as text`;
  }
}

function notCarriedIn(value: object, path: string, place: string): string | null {
  const isList = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isList && prototype !== Object.prototype && prototype !== null) {
    return `${place}: only plain values can be carried by JSON, this is a ${value.constructor.name}`;
  }
  for (const [key, item] of Object.entries(value)) {
    // A field that is undefined is left out, as an optional parameter that is not given.
    if (item === undefined && !isList) continue;
    const inside = path === '' ? key : `${path}.${key}`;
    const problem = (isList ? null : notCarried(key, `a name in ${place}`)) ?? notCarried(item, inside);
    if (problem !== null) return problem;
  }
  return null;
}

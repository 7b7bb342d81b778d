import canonicalize from 'canonicalize';
import type { InventoryHost } from '../../model/inventory.ts';

/** Hex SHA-256 of a text's UTF-8 bytes; given by the activity, so that plans stay pure. */
export type Sha256 = (text: string) => string;

// The package's types declare an ES default export, its CommonJS file exports the function itself.
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

/** Canonical JSON by RFC 8785: key order and spacing never change a hash. */
export function canonicalJson(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new TypeError('Only a JSON value has a canonical form');
  return text;
}

/** SHA-256 over a host's inventory entry: a target whose entry changed since planning is told by it. */
export function inventoryDigest(host: InventoryHost, sha256: Sha256): string {
  return sha256(canonicalJson(host));
}

import type { ApiKey } from '@laurel/ports';

const key = Symbol('verified key');
const refused = Symbol('refused key');

type Identity = Pick<ApiKey, 'id' | 'name'>;

interface Carrier {
  [key]?: string;
  [refused]?: Identity;
}

/** Notes with a request, or with the metadata of a call, that its API key was checked and lives. */
export function noteVerified(carrier: object, secret: string): void {
  (carrier as Carrier)[key] = secret;
}

/**
 * Whose limits a request counts against: its API key where one was checked, else the network address. What a caller merely
 * says of itself is nobody's: it could say another each time.
 */
export function callerOf(carrier: object, address: string | undefined): string {
  return (carrier as Carrier)[key] ?? address ?? '';
}

/** Notes with a request, or with the metadata of a call, whose key it came with that lacks the role it needs. */
export function noteRefused(carrier: object, { id, name }: Identity): void {
  (carrier as Carrier)[refused] = { id, name };
}

/** Whose key was refused, where it was known. */
export function refusedKeyOf(carrier: object): Identity | undefined {
  return (carrier as Carrier)[refused];
}

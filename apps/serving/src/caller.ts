const key = Symbol('verified key');

interface Carrier {
  [key]?: string;
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

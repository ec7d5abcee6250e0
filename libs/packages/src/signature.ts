/** `manifest.sig`: who signed the manifest, and the Ed25519 signature over its bytes. */
export interface PackageSignature {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A signature as the bytes of `manifest.sig`. */
export function encodeSignature({ keyId, signature }: PackageSignature): Uint8Array {
  const text = JSON.stringify({ keyId, signature: Buffer.from(signature).toString('base64') });
  return new TextEncoder().encode(text);
}

/**
 * The signature in `bytes`, or `undefined` when they are not what `encodeSignature` writes: Base64 and JSON have several
 * spellings of one content, and a changed byte is to be found even where it changes nothing.
 */
export function decodeSignature(bytes: Uint8Array): PackageSignature | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== 'object' || value === null || !('keyId' in value) || !('signature' in value)) return undefined;
    if (typeof value.keyId !== 'string' || typeof value.signature !== 'string') return undefined;
    const signature = { keyId: value.keyId, signature: new Uint8Array(Buffer.from(value.signature, 'base64')) };
    return Buffer.compare(encodeSignature(signature), bytes) === 0 ? signature : undefined;
  } catch {
    return undefined;
  }
}

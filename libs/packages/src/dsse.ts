import { canonicalJson } from '@laurel/domain';
import type { Keyring } from './keyring.js';

/** A signed text of a named type: a DSSE envelope (github.com/secure-systems-lab/dsse, v1.0.2) with one signature. */
interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** What a DSSE signature is made over: the lengths keep type and payload apart. */
function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), payload]);
}

/** Signs `payload` and gives the envelope's bytes, the same for the same key. */
export function sealEnvelope(
  { payloadType, payload }: Pick<Envelope, 'payloadType' | 'payload'>,
  keys: { readonly keyId: string; sign(bytes: Uint8Array): Uint8Array },
): Uint8Array {
  const signature = keys.sign(preAuthEncoding(payloadType, payload));
  return encode({ payloadType, payload, keyId: keys.keyId, signature });
}

/** The payload of an envelope of that type which a key of the ring signed; `undefined` for every other. */
export async function openEnvelope(
  bytes: Uint8Array,
  payloadType: string,
  keyring: Keyring,
): Promise<Uint8Array | undefined> {
  const envelope = decode(bytes);
  if (envelope?.payloadType !== payloadType) return undefined;
  const { payload, keyId, signature } = envelope;
  const isSigned = await keyring.verify(keyId, preAuthEncoding(payloadType, payload), signature);
  return isSigned ? payload : undefined;
}

function encode({ payloadType, payload, keyId, signature }: Envelope): Uint8Array {
  const signatures = [{ keyid: keyId, sig: Buffer.from(signature).toString('base64') }];
  const text = canonicalJson({ payloadType, payload: Buffer.from(payload).toString('base64'), signatures });
  return new TextEncoder().encode(text);
}

/** Only the very bytes that `encode` writes: Base64 and JSON have several spellings of one content. */
function decode(bytes: Uint8Array): Envelope | undefined {
  try {
    const { payloadType, payload, signatures } = JSON.parse(new TextDecoder().decode(bytes));
    const envelope = {
      payloadType: String(payloadType),
      payload: Buffer.from(payload, 'base64'),
      keyId: String(signatures[0].keyid),
      signature: Buffer.from(signatures[0].sig, 'base64'),
    };
    return Buffer.compare(encode(envelope), bytes) === 0 ? envelope : undefined;
  } catch {
    return undefined;
  }
}

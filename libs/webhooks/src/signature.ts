import { createHmac } from 'node:crypto';

/** `v1,` and the Base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`, as MLflow and Standard Webhooks sign. */
export function signatureOf(
  secret: string,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

import { lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { codeVersion } from '@laurel/contracts';
import type { WebhookSender } from '@laurel/ports';
import { type AddressRules, addressRules } from './address-rules.js';
import { signatureOf } from './signature.js';

export interface WebhookSenderOptions {
  /** Networks beside the public ones, as in `10.1.0.0/16`. */
  readonly allowed: readonly string[];
  /** For one try, from the resolution of the name to the end of the answer; ten seconds by default. */
  readonly timeoutMilliseconds?: number;
}

const usualTimeout = 10_000;
const longestUrl = 2_000;
const largestAnswer = 65_536;

/** The sender over Node's own client, one connection per try. Errors: `InvalidInput` for a network that is none. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const rules = addressRules(options.allowed);
  const timeout = options.timeoutMilliseconds ?? usualTimeout;
  return {
    problem: (url) => problemOf(url, rules),
    send: async (message) => {
      const problem = problemOf(message.url, rules);
      if (problem !== undefined) return { kind: 'failed', reason: problem };
      try {
        const patience = message.timeoutMilliseconds ?? timeout;
        return { kind: 'answered', status: await post(message, { rules, timeout: patience }) };
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(error) };
      }
    },
  };
}

function problemOf(text: string, rules: AddressRules): string | undefined {
  const url = URL.parse(text);
  if (url === null || text.length > longestUrl) return `is not a URL of at most ${longestUrl} characters`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.username !== '' || url.password !== '') return 'must not carry a user or a password';
  if (url.hash !== '') return 'must not have a fragment';
  const host = hostOf(url);
  return isIP(host) !== 0 && !rules.allows(host) ? notAllowed(host) : undefined;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function notAllowed(address: string): string {
  return `leads to ${address}, which this installation does not allow`;
}

type Message = Parameters<WebhookSender['send']>[0];
type Limits = { readonly rules: AddressRules; readonly timeout: number };

/** The status of the answer. Rejects when there is none in time, or when the name leads where it must not. */
function post({ id, url, secret, body }: Message, { rules, timeout }: Limits): Promise<number> {
  const target = new URL(url);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const { promise, resolve: answered, reject } = Promise.withResolvers<number>();
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = request(
    target,
    {
      method: 'POST',
      agent: false,
      lookup: allowedLookup(rules),
      signal: AbortSignal.timeout(timeout),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': `laurel/${codeVersion}`,
        'x-laurel-delivery-id': id,
        'x-laurel-timestamp': timestamp,
        'x-laurel-signature': signatureOf(secret, { id, timestamp, body }),
      },
    },
    (response) => {
      readSome(response).then(() => answered(response.statusCode ?? 0), reject);
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Resolves as usual, and fails when any of the addresses is not allowed: which one is taken is not ours to say. */
function allowedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !rules.allows(address));
      const [first] = addresses;
      if (refused !== undefined || first === undefined) {
        return callback(new Error(`${hostname} ${notAllowed(refused?.address ?? 'nowhere')}`), '', 0);
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** Reads an answer to its end, or as much of it as anybody needs. */
async function readSome(response: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > largestAnswer) break;
  }
  response.destroy();
}

function reasonOf(error: unknown): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR') return 'did not answer in time';
  return (message || code || 'failed').slice(0, 300);
}

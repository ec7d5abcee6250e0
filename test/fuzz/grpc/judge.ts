import { status } from '@grpc/grpc-js';
import type { Said } from './client.js';
import { streamPath } from './seeds.js';

/** What Laurel may say to a mutant. */
const allowed: ReadonlySet<number> = new Set([
  status.OK,
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
  status.UNAUTHENTICATED,
]);

/** What grpc-js answers with INTERNAL before Laurel's code sees the call. */
const ofLibrary: readonly (readonly [sentence: RegExp, why: string])[] = [
  [/^Failed to decompress message$/, 'a message that grpc-js cannot decompress'],
  [/^Invalid grpc-timeout value/, 'a deadline that is none to grpc-js'],
];

const ok: number = status.OK;

/** How an answer is counted. */
export type Verdict =
  | { readonly kind: 'answered' | 'refused' }
  | { readonly kind: 'explained'; readonly why: string }
  | { readonly kind: 'problem'; readonly problem: string };

/** Judges an answer: an error is one of the table and has a sentence. */
export function judge(said: Said, path: string): Verdict {
  const { code, message } = said;
  if (code === null) return { kind: 'problem', problem: `HTTP ${said.status} without a status` };
  if (code === ok) return path === streamPath ? judgeStream(said.body) : { kind: 'answered' };
  const why = explanationOf(said);
  if (why !== undefined) return { kind: 'explained', why };
  if (!allowed.has(code) || !isSentence(message)) {
    return { kind: 'problem', problem: `${status[code]}: ${message.slice(0, 200)}` };
  }
  return { kind: 'refused' };
}

/** Why a mutant may be answered with INTERNAL. */
function explanationOf({ error, message }: Said): string | undefined {
  if (error === 'ModelOutputInvalid' && isSentence(message)) return 'numbers that are too large for the graph';
  if (error !== undefined) return undefined;
  return ofLibrary.find(([sentence]) => sentence.test(message))?.[1];
}

function isSentence(text: string): boolean {
  return text.length >= 10 && !/[\r\n]|\s+at \S+ \(/.test(text);
}

/** A stream ends well and tells of errors in its answers: field 1, `Code: sentence`. */
function judgeStream(body: Buffer): Verdict {
  let refused = false;
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    if (body[at + 5] === 0x0a) {
      refused = true;
      const text = body.subarray(at + 6, end).toString();
      if (/(Internal|Unknown): /.test(text) || !/[A-Z]\w+: .{10,}/.test(text)) {
        return { kind: 'problem', problem: text.slice(0, 200) };
      }
    }
    at = end;
  }
  return { kind: refused ? 'refused' : 'answered' };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExitCode, run } from '@laurel/cli';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: ReturnType<typeof JSON.parse>;
}

type Respond = (asked: Asked) => {
  readonly status?: number;
  readonly headers?: { [name: string]: string };
  readonly body: unknown;
};

/** An HTTP server on loopback that answers what `respond` says and writes down what it was asked. */
export async function aServer(respond: Respond) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: text === '' ? undefined : JSON.parse(text) };
      asked.push(one);
      const answer = respond(one);
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, close: () => new Promise((resolve) => server.close(resolve)) };
}

export interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly side: string;
}

/** Runs a command line as `laurel` would and collects what it says. */
export async function laurel(
  commandLine: string,
  env: { readonly [name: string]: string } = {},
  cwd = '/',
): Promise<Outcome> {
  let out = '';
  let side = '';
  const code = await run(words(commandLine), {
    env,
    cwd,
    out: { write: (text) => void (out += text), isTTY: false },
    side: { write: (text) => void (side += text), isTTY: false },
  });
  return { code, out, side };
}

/** Splits at blanks; single quotes keep words together. */
function words(commandLine: string): readonly string[] {
  return [...commandLine.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

export const problemOf = (code: string, status: number, detail: string) => ({
  status,
  body: {
    type: `urn:laurel:error:${code}`,
    title: '',
    status,
    detail,
    instance: '/',
    code,
    remedy: '',
    requestId: '',
    errors: [],
  },
});

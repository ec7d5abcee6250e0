import { connect } from 'node:net';
import type { Target } from '../../bench/serving/http-connection.js';

const body = '{"x":0.5}';
const start = 'POST /predict/churn HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';
const hidden = 'GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** Requests whose end is not where they say it is, by what they lie about. */
export const lies: { readonly [lie: string]: string } = {
  'two lengths': `${start}Content-Length: ${body.length}\r\nContent-Length: 3\r\n\r\n${body}`,
  'two lengths in one header': `${start}Content-Length: ${body.length}, 3\r\n\r\n${body}`,
  'a length and chunks': `${start}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks and a length': `${start}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks that are not the last encoding': `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'an unknown encoding': `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a negative length': `${start}Content-Length: -1\r\n\r\n${hidden}`,
  'a length with a sign': `${start}Content-Length: +${body.length}\r\n\r\n${body}`,
  'a length in hexadecimal': `${start}Content-Length: 0x9\r\n\r\n${body}`,
  'a space before the colon': `${start}Content-Length : ${body.length}\r\n\r\n${body}`,
  'a folded header': `${start}Content-Length:\r\n ${body.length}\r\n\r\n${body}`,
  'a chunk size with garbage': `${start}Transfer-Encoding: chunked\r\n\r\n9g\r\n${body}\r\n0\r\n\r\n`,
  'a bare line feed in a header': `${start}X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
};

/** Sends one lie; gives the statuses of all answers until the connection ends, or after a second. */
export function tell(target: Target, lie: string): Promise<readonly number[]> {
  const { promise, resolve } = Promise.withResolvers<readonly number[]>();
  const socket = connect(target);
  let text = '';
  const done = () => {
    socket.destroy();
    resolve([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)));
  };
  socket.on('data', (data: Buffer) => {
    text += data.toString('latin1');
  });
  socket.on('error', done).on('close', done);
  socket.setTimeout(1_000, done);
  socket.write(lie);
  return promise;
}

import { connect } from 'node:net';

const answerMilliseconds = 2_000;

/** Does something accept connections on the loopback port? */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: answerMilliseconds });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Does the URL answer with a status below 500? */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMilliseconds) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

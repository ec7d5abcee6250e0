import { request } from 'node:https';

const answerMilliseconds = 2_000;

/** Does a loopback server with a certificate of its own answer this path with status 200? */
export function answersSecurely(port: number, path: string, token?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const where = { host: '127.0.0.1', port, path, headers, agent: false, timeout: answerMilliseconds };
    const asked = request({ ...where, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

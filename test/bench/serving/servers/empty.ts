// A server that reads each request and answers the same few bytes: more than this no HTTP server on Node.js can do.
import { createServer } from 'node:http';

const answer = JSON.stringify({
  model_name: 'empty',
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [1, 2], data: [0.5, 0.5] }],
});
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(answer);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');

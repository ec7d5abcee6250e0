// Stops the shared servers, once; says nothing, because the last line of a run is the count of tests.
const key = Symbol.for('laurel.test-servers');

export default async function tearDown() {
  const servers = globalThis[key];
  delete globalThis[key];
  await (await servers)?.stop();
}

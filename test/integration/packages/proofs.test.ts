import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import type { Digest } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import type { Packages } from '@laurel/ports';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const lock = 'numpy==2.4.1\nScikit_Learn[alldeps]==1.8.0 ; python_version > "3.10"\n# a comment\nno-version\n';
const files = { 'model.onnx': bytesOf('a model'), 'environment.lock': bytesOf(lock) };
const plain = draftOf(buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] }), 'churn');
const code = { commit: 'c'.repeat(40), branch: 'main', dirty: false };
const draft = { ...plain, lineage: { ...plain.lineage, code } };

let root: string;
let packages: Packages;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-proofs-'));
  const objectStore = createDirectoryStore({ root });
  packages = createPackages({ objectStore, keys: await openKeys(join(root, 'keys')) });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const beside = (digest: Digest, name: string) => readFile(join(root, 'packages', digest.replace(':', '/'), name));

test('the bill of materials is valid CycloneDX and names graph, dataset and every pinned distribution', async () => {
  const opened = await packages.open(await packages.publish(draft, files));
  const text = Buffer.from(await opened.read('sbom.json')).toString();
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  const bill = JSON.parse(text);
  expect(bill.metadata.component).toMatchObject({
    type: 'machine-learning-model',
    name: 'churn',
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update('a model').digest('hex') }],
  });
  expect(bill.components).toEqual([
    expect.objectContaining({ type: 'data', name: 'rows', version: '1' }),
    expect.objectContaining({ type: 'library', name: 'numpy', purl: 'pkg:pypi/numpy@2.4.1' }),
    expect.objectContaining({ type: 'library', name: 'scikit-learn', purl: 'pkg:pypi/scikit-learn@1.8.0' }),
  ]);
});

test('the attestation is an in-toto statement in a DSSE envelope that anyone with the public key can check', async () => {
  const digest = await packages.publish(draft, files);
  const envelope = JSON.parse((await beside(digest, 'attestation.json')).toString());
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload]);
  const publicKey = createPublicKey(await readFile(join(root, 'keys', 'signing.pub.pem')));
  expect(envelope.payloadType).toBe('application/vnd.in-toto+json');
  expect(verify(null, signed, publicKey, Buffer.from(envelope.signatures[0].sig, 'base64'))).toBe(true);
  const statement = JSON.parse(payload.toString());
  expect(statement).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: { project: 'churn' },
        resolvedDependencies: [{ digest: { sha256: 'a'.repeat(64) } }, { digest: { gitCommit: 'c'.repeat(40) } }],
      },
      runDetails: { metadata: { invocationId: draft.run } },
    },
  });
  expect(statement.subject[0]).toEqual({
    name: 'manifest.json',
    digest: { sha256: digest.slice('sha256:'.length) },
  });
  expect(statement.subject.map(({ name }: { name: string }) => name)).toContain('model.onnx');
});

test('a verification reads every byte and says who signed', async () => {
  const keys = await openKeys(join(root, 'keys'));
  const { signedBy, manifest } = await packages.verify(await packages.publish(draft, files));
  expect(signedBy).toBe(keys.keyId);
  expect(manifest.files.map(({ path }) => path)).toEqual(['environment.lock', 'model.onnx', 'sbom.json']);
});

import { withSource } from '@laurel/activities';
import type { Sources } from '@laurel/ports';
import { exampleProject } from '../../support/example-project.js';

async function read(uri: string, sources: Partial<Sources>): Promise<void> {
  const example = await exampleProject();
  const { spec } = example;
  const model = { ...example, spec: { ...spec, data: { ...spec.data, source: { ...spec.data.source, uri } } } };
  await withSource({ sources }, { model, folder: '/nowhere' }, async () => undefined);
}
const never = async () => '';

test('a source that cannot be read here is refused with what can', async () => {
  await expect(read('s3://bucket/x.csv', {})).rejects.toMatchObject({
    code: 'DataUnreadable',
    message: 'spec.data.source.uri "s3://bucket/x.csv": s3: cannot be read here; give a path or file://.',
  });
  const sources: Sources = { s3: never, lakefs: never, dvc: never, postgres: never };
  await expect(read('ftp://host/x.csv', sources)).rejects.toMatchObject({
    message:
      'spec.data.source.uri "ftp://host/x.csv": ftp: cannot be read here; give a path, s3://, lakefs://, dvc:, postgres: or file://.',
  });
});

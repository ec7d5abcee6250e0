import { mlflowApi } from '@laurel/api';
import { generatedPart } from '../../support/generated-document.js';

const path = new URL('../../../docs/reference/mlflow.md', import.meta.url);

test('the reference lists every call that is served', () => {
  const rows = [...mlflowApi.routes, ...mlflowApi.byteRoutes]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((route) => {
      const versions = route.versions ?? ['2.0'];
      return `| ${[route.method].flat().join(', ')} | \`${route.path}\` | ${versions.join(', ')} | ${route.allow} |`;
    });
  const table = ['| method | path | version | role |', '|---|---|---|---|', ...rows].join('\n');
  expect(generatedPart(path, table)).toBe(table);
});

import { parseProject } from '@laurel/contracts/schemas';
import { type ModelProject, planOf } from '@laurel/domain';
import { exampleProject } from '../../contracts/example-project.js';

function projectWith(baseline: string): ModelProject {
  const parsed = parseProject(exampleProject.replace(/baseline: \{.*\}\s+#.*$/m, `baseline: ${baseline}`), {
    file: 'laurel.yaml',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.project;
}

test.each([
  ['null', null, undefined],
  ['{ constant: { label: "No" } }', { label: 'No' }, undefined],
  ['{ version: champion@previous }', null, 'champion@previous'],
  ['{ version: champion@previous, constant: { label: "No" } }', { label: 'No' }, 'champion@previous'],
] as const)('the baseline %s reaches serving as a constant and a version', (text, constant, version) => {
  const { baseline, policy } = planOf(projectWith(text).spec);
  expect([baseline, policy?.baselineVersion]).toEqual([constant, version]);
});

import { parseProject } from '@laurel/contracts/schemas';
import { exampleProject } from './example-project.js';

function messagesOf(environment: string): readonly string[] {
  const text = exampleProject.replace('environment: { python: null, lock: null }', `environment: ${environment}`);
  const parsed = parseProject(text, { file: 'laurel.yaml' });
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

test('an environment that Laurel would not make is refused, with where the trainer runs instead', () => {
  expect(messagesOf('{ lock: requirements.lock }')).toEqual([
    'laurel.yaml, line 22: spec.training.environment.lock is "requirements.lock"; allowed: null, for the trainer runs in the environment of LAUREL_PYTHON, or in spec.training.image on Kubernetes.',
  ]);
  expect(messagesOf('{ python: "3.11" }')).toEqual([expect.stringContaining('spec.training.environment.python is')]);
  expect(messagesOf('{}')).toEqual([]);
});

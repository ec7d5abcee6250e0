import { evaluationMetricsOf, type ModelTest, type ModelTests, type Task } from '@laurel/domain';
import { type Finding, unknownWord, wrongValue } from './project-problem.js';

/** What the schema of `tests.yaml` alone cannot say; metrics are those of the project's task. */
export function modelTestsFindings({ model }: ModelTests, task: Task): readonly Finding[] {
  return [
    ...model.flatMap((test, index) => testFindings(test, ['model', index], task)),
    ...model.flatMap(({ name }, index) =>
      model.findIndex((other) => other.name === name) === index
        ? []
        : [wrongValue(['model', index, 'name'], name, 'a name that no other test has')],
    ),
  ];
}

function testFindings(test: ModelTest, path: readonly PropertyKey[], task: Task): readonly Finding[] {
  if ('direction' in test) {
    const { add, set } = test.direction;
    const both = (add === undefined) === (set === undefined);
    return both ? [wrongValue([...path, 'direction'], test.direction, 'either add or set')] : [];
  }
  if (!('quality' in test)) return [];
  const { metric, min, max } = test.quality;
  const known: readonly string[] = evaluationMetricsOf[task];
  return [
    ...(known.includes(metric) ? [] : [unknownWord([...path, 'quality', 'metric'], metric, known)]),
    ...(min === undefined && max === undefined
      ? [wrongValue([...path, 'quality'], test.quality, 'a mapping with min or max')]
      : []),
  ];
}

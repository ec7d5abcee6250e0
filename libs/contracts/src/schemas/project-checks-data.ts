import type { ProjectSpec, ValidationRule } from '@laurel/domain';
import { type Finding, pathText, wrongValue } from './project-problem.js';

/** What `spec.data`, and columns named elsewhere, cannot mean. */
export function dataFindings(spec: ProjectSpec): readonly Finding[] {
  const { data, task } = spec;
  const findings: Finding[] = [...targetFindings(spec), ...data.validation.flatMap(ruleFindings)];
  const { holdout, validation } = data.split;
  if (holdout + validation >= 100) {
    const allowed = `holdout and validation together below 100, they are ${holdout + validation}`;
    findings.push(wrongValue(['spec', 'data', 'split'], data.split, allowed));
  }
  if (task !== 'binary' && data.target.positive !== null) {
    const path = ['spec', 'data', 'target', 'positive'];
    findings.push(wrongValue(path, data.target.positive, `no positive class, for the task is ${task}`));
  }
  return findings;
}

/** The target may be nothing else: no key, no feature to leave out, no group, no slice. */
function targetFindings({ data, evaluation, rollout }: ProjectSpec): readonly Finding[] {
  const places: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['spec', 'data', 'exclude'], data.exclude],
    [['spec', 'data', 'sensitive'], data.sensitive],
    [['spec', 'evaluation', 'slices'], evaluation.slices],
  ];
  const lists = places.flatMap(([path, columns]) =>
    columns.flatMap((column, index) => (column === data.target.column ? [targetAt([...path, index], column)] : [])),
  );
  const single = [
    { path: ['spec', 'data', 'key'], column: data.key },
    { path: ['spec', 'rollout', 'stickyKey'], column: rollout.stickyKey },
  ];
  return [
    ...lists,
    ...single.flatMap(({ path, column }) => (column === data.target.column ? [targetAt(path, column)] : [])),
  ];
}

function targetAt(path: readonly PropertyKey[], column: string): Finding {
  const says = `${pathText(path)} names "${column}", which is the target; name another column`;
  return { path, found: `"${column}"`, allowed: 'a column that is not the target', says };
}

function ruleFindings(rule: ValidationRule, index: number): readonly Finding[] {
  const path = ['spec', 'data', 'validation', index];
  const range = 'rows' in rule ? rule.rows : rule;
  const findings: Finding[] = [];
  if (range.min === undefined && range.max === undefined && !('missing' in rule)) {
    findings.push(wrongValue(path, rule, `a rule with min${'rows' in rule ? ' or max' : ', max or missing'}`));
  }
  if (range.min !== undefined && range.max !== undefined && range.min > range.max) {
    findings.push(
      wrongValue('rows' in rule ? [...path, 'rows'] : path, rule, `min at most max (${range.max}), it is ${range.min}`),
    );
  }
  return findings;
}

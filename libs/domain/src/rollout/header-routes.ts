import type { HeaderRule, VersionRef } from '../traffic/split.js';
import type { HeaderRoute, HeaderValue } from './header-route.js';
import type { RolloutPlan } from './plan.js';

/** Longest regular expression of a route: it is asked of every request. */
const longestRegex = 200;

/** The routes that stand once the step at `index` has been taken, in the order in which they were first set. */
export function routesAfter(plan: Pick<RolloutPlan, 'steps'>, index: number): readonly HeaderRoute[] {
  const routes = new Map<string, HeaderRoute>();
  for (const step of plan.steps.slice(0, index + 1)) {
    if (!('setHeaderRoute' in step)) continue;
    const { name, match } = step.setHeaderRoute;
    if (match === undefined) routes.delete(name);
    else routes.set(name, { name, match });
  }
  return [...routes.values()];
}

/** The routes as rules of a split, each leading to `version`. */
export function headerRulesOf(routes: readonly HeaderRoute[], version: VersionRef): readonly HeaderRule[] {
  return routes.flatMap(({ match = [] }) =>
    match.map(({ headerName, headerValue }) => ({ name: headerName, match: conditionOf(headerValue), version })),
  );
}

/** How a route compares the values of its headers. */
export function headerKindsOf({ match = [] }: HeaderRoute): readonly HeaderRule['match']['kind'][] {
  return match.map(({ headerValue }) => conditionOf(headerValue).kind);
}

function conditionOf(value: HeaderValue): HeaderRule['match'] {
  if ('exact' in value) return { kind: 'exact', value: value.exact };
  if ('prefix' in value) return { kind: 'prefix', value: value.prefix };
  return { kind: 'regex', value: value.regex };
}

/** What is wrong with a step that sets or removes a route, given the names of those that stand before it. */
export function headerRouteProblems(route: HeaderRoute, standing: readonly string[]): string[] {
  const { name, match } = route;
  if (match === undefined) {
    return standing.includes(name)
      ? []
      : [`setHeaderRoute removes the route "${name}", which no step before it has set; give it a match to set it`];
  }
  if (match.length === 0) return [`the route "${name}" has an empty match; leave match out to remove the route`];
  return match.flatMap(({ headerName, headerValue }) =>
    valueProblems(headerValue).map((text) => `the route "${name}": header "${headerName}" ${text}`),
  );
}

function valueProblems(value: HeaderValue): string[] {
  if (!('regex' in value)) return [];
  const { regex } = value;
  if (regex.length > longestRegex) return [`has a regex of ${regex.length} characters; at most ${longestRegex}`];
  return isRegex(regex) ? [] : [`has a regex that is none: "${regex}"`];
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== '';
  } catch {
    return false;
  }
}

/** A route in a few words, for people. */
export function describeHeaderRoute({ name, match }: HeaderRoute): string {
  return match === undefined
    ? `remove header route ${name}`
    : `header route ${name} by ${match.map(({ headerName }) => headerName).join(', ')}`;
}

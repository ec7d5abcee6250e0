import { isLongerThan, trackingLimits } from './limits.js';

const allowed = /^[/\p{L}\p{N}_.\- :]*$/u;
const allowedText =
  'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';

/** What is wrong with the name of a metric, a param or a tag, as a sentence; `null` when nothing is. */
export function trackingNameProblem(name: string): string | null {
  if (!allowed.test(name)) return allowedText;
  const path = normalPath(name);
  if (path !== name || path === '.' || path.startsWith('..') || path.startsWith('/')) {
    return (
      'Names may be treated as files in certain cases, and must not resolve to other names when treated as such. ' +
      `This name would resolve to '${path}'`
    );
  }
  return isLongerThan(name, trackingLimits.key)
    ? `it exceeds the maximum length of ${trackingLimits.key} characters`
    : null;
}

/** Python's `posixpath.normpath`. */
function normalPath(path: string): string {
  if (path === '') return '.';
  const root = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : '';
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && kept.length === 0) || kept.at(-1) === '..') kept.push(part);
    else kept.pop();
  }
  return `${root}${kept.join('/')}` || '.';
}

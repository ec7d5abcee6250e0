import { type DataSpec, type SourceSpec, selectProblem } from '@laurel/domain';
import { type Finding, pathText, wrongValue } from './project-problem.js';

const path = ['spec', 'data', 'source'];
const endpointForm = /^https?:\/\/[^/@\s]+\/?$/;
const connectionName = /^[a-z][a-z0-9-]{0,62}$/;

/** What `spec.data.source` cannot mean. Addresses are not shown: they may hold a password. */
export function sourceFindings({ source }: DataSpec): readonly Finding[] {
  const scheme = /^(s3|lakefs|dvc|postgres):/.exec(source.uri)?.[1];
  return [
    ...strayFindings(source, scheme),
    ...(scheme === 'postgres' ? queryFindings(source) : []),
    ...(scheme === 's3' || scheme === 'lakefs' ? bucketFindings(source.uri, scheme) : []),
    ...(source.endpoint === undefined || endpointForm.test(source.endpoint)
      ? []
      : [says('endpoint', 'no address of a server', 'an address such as https://storage.example.com')]),
    ...(source.uri === 'dvc:' ? [wrongValue([...path, 'uri'], source.uri, 'dvc: and the path of a .dvc file')] : []),
  ];
}

function strayFindings(source: SourceSpec, scheme: string | undefined): readonly Finding[] {
  const owners = { query: 'postgres', timeout: 'postgres', endpoint: 's3' } as const;
  return Object.entries(owners).flatMap(([field, owner]) => {
    const value = source[field as keyof typeof owners];
    if (value === undefined || scheme === owner) return [];
    return [says(field, 'a value', `nothing, unless uri begins with ${owner}:`)];
  });
}

function queryFindings({ uri, query, format }: SourceSpec): readonly Finding[] {
  const findings: Finding[] = [];
  if (!connectionName.test(uri.slice('postgres:'.length))) {
    findings.push(
      says('uri', 'not postgres: and a name', 'postgres: and the name of a connection, as in postgres:warehouse'),
    );
  }
  const problem = query === undefined ? 'it is missing; write a select' : selectProblem(query);
  if (problem !== null) findings.push(says('query', 'no select', `a select (${problem})`));
  if (format !== 'jsonl') findings.push(wrongValue([...path, 'format'], format, 'jsonl, for the rows of a query'));
  return findings;
}

function bucketFindings(uri: string, scheme: 's3' | 'lakefs'): readonly Finding[] {
  const forms = { s3: /^s3:\/\/[^/@\s]+\/.+$/, lakefs: /^lakefs:\/\/[^/@\s]+\/[^/]+\/.+$/ };
  if (forms[scheme].test(uri)) return [];
  const allowed = { s3: 's3://BUCKET/KEY', lakefs: 'lakefs://REPOSITORY/REFERENCE/PATH' }[scheme];
  return [says('uri', `no ${scheme}:// address of an object`, allowed)];
}

function says(field: string, found: string, allowed: string): Finding {
  const at = [...path, field];
  return { path: at, found, allowed, says: `${pathText(at)} is ${found}; allowed: ${allowed}` };
}

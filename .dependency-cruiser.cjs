/**
 * The five rings, one direction. Each rule says in its comment what to do instead.
 * `npm run check` and test/architecture run them; the picture in the README is drawn from them.
 */
const adapters =
  'postgres|objectstore|duckdb|dvc|kubernetes|local|optuna|packages|webhooks|inference|temporal|telemetry';

const oneDoor = (name, door, sdk) => ({
  name,
  severity: 'error',
  comment: `Only ${door.join(' and ')} speak this SDK. Ask for a port instead.`,
  from: { pathNot: [...door.map((folder) => `^${folder}/`), '^test/', '^infra/dev/', '^node_modules/'] },
  to: { path: `^node_modules/(${sdk})/` },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'Statistics and state machines import nothing. Pass the value in.',
      from: { path: '^libs/domain/src' },
      to: { pathNot: '^libs/domain/src' },
    },
    {
      name: 'contracts-only-name-things',
      severity: 'error',
      comment: 'A contract is names and types. Put behaviour in domain or activities.',
      from: { path: '^libs/contracts/src', pathNot: '^libs/contracts/src/schemas' },
      to: { pathNot: ['^libs/(contracts|domain)/', '^node_modules/@temporalio/(common|workflow)/'] },
    },
    {
      name: 'schemas-stay-in-their-entry',
      severity: 'error',
      comment: 'Workflows bundle the main entry of contracts; zod belongs in @laurel/contracts/schemas only.',
      from: { path: '^libs/contracts/src', pathNot: '^libs/contracts/src/schemas' },
      to: { path: '^libs/contracts/src/schemas' },
    },
    {
      name: 'ports-are-interfaces',
      severity: 'error',
      comment: 'A port is an interface over domain shapes. Put the implementation in an adapter.',
      from: { path: '^libs/ports/src' },
      to: { pathNot: '^libs/(ports|domain)/' },
    },
    {
      name: 'workflows-stay-in-the-sandbox',
      severity: 'error',
      comment: 'This code is replayed. Move the effect to an activity.',
      from: { path: '^workflows/src' },
      to: { pathNot: ['^workflows/src', '^libs/(domain|contracts)/', '^node_modules/@temporalio/(workflow|common)/'] },
    },
    {
      name: 'activities-know-ports',
      severity: 'error',
      comment: 'Ask for a port; the app hands in the adapter.',
      from: { path: '^activities/src' },
      to: { path: [`^libs/(${adapters})/`, '^workflows/', '^apps/', '^infra/'] },
    },
    {
      name: 'adapters-are-strangers',
      severity: 'error',
      comment:
        'An adapter knows its SDK, ports, contracts and domain. Let an app hand one adapter to another as a port.',
      from: { path: `^libs/(${adapters})/src` },
      to: {
        path: '^(libs|workflows|activities|apps|infra)/',
        pathNot: ['^libs/$1/', '^libs/(domain|contracts|ports)/'],
      },
    },
    {
      name: 'apps-are-leaves',
      severity: 'error',
      comment: 'Nobody imports an app, not even another app. Move what is shared down a ring.',
      from: { path: '^(libs|workflows|activities|infra|apps/([^/]+))/' },
      to: { path: '^apps/', pathNot: '^apps/$2/' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      comment: 'The client is published without the rest. Define the shape there, or pass the value in.',
      from: { path: '^libs/client/src' },
      to: { pathNot: '^libs/client/src' },
    },
    oneDoor('postgres-has-one-door', ['libs/postgres'], 'pg|kysely'),
    oneDoor('objects-have-one-door', ['libs/objectstore'], '@aws-sdk/[^/]+'),
    oneDoor('onnx-has-one-door', ['libs/inference'], 'onnxruntime-[^/]+'),
    oneDoor('kubernetes-has-one-door', ['libs/kubernetes'], '@kubernetes/[^/]+'),
    oneDoor('duckdb-has-one-door', ['libs/duckdb'], '@duckdb/[^/]+'),
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      comment: 'Move what production code needs out of test/.',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea in two places, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment: 'List the package in the package.json of the workspace that imports it.',
      from: { pathNot: '^test/' },
      to: { path: '^node_modules/(?!@laurel/)', dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(libs|apps|infra|workflows|activities)/.*dist/', '^build/', '\\.venv/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['@laurel/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
    reporterOptions: { mermaid: { minify: false }, archi: {} },
  },
};

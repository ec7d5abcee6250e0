import { fileURLToPath } from 'node:url';

// A relative rootDir of a project would count from the rootDir of the whole, not from this file.
const rootDir = fileURLToPath(new URL('..', import.meta.url));

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'esnext',
      },
      module: { type: 'es6' },
    },
  ],
};

const base = {
  rootDir,
  testEnvironment: '<rootDir>/test/support/shared-realm.environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['@laurel/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/build/', '/dist/'],
  transform,
};

/** Kinds of test; those that need servers get them from one global set-up. */
const kinds = [
  { name: 'unit', servers: false },
  { name: 'architecture', servers: false },
  { name: 'replay', servers: false },
  { name: 'integration', servers: true },
  { name: 'contract', servers: true },
  { name: 'workflow', servers: true },
  { name: 'e2e', servers: true },
];

export default {
  rootDir,
  reporters: ['default', '<rootDir>/test/support/closing-line.reporter.cjs'],
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: kinds.map(({ name, servers }) => ({
    ...base,
    displayName: name,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    ...(servers
      ? {
          globalSetup: '<rootDir>/test/support/servers.global-setup.mjs',
          globalTeardown: '<rootDir>/test/support/servers.global-teardown.mjs',
        }
      : {}),
  })),
};

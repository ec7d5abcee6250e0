import { parseMlproject, parseProgramEnvironment } from '@laurel/contracts/schemas';

/** The example of MLflow's documentation. */
const documented = `
name: My Project

python_env: python_env.yaml

entry_points:
  main:
    parameters:
      data_file: path
      regularization: {type: float, default: 0.10}
      flag: {type: string, default: true}
      rate: {default: 1e-5}
    command: "python train.py -r {regularization} {data_file}"
  validate:
    parameters:
      data_file: path
    command: "python validate.py {data_file}"
`;

test('the documented form is read, and defaults stay as they are written', () => {
  expect(parseMlproject(documented)).toEqual({
    ok: true,
    value: {
      name: 'My Project',
      environmentFile: { kind: 'python', path: 'python_env.yaml' },
      entryPoints: [
        {
          name: 'main',
          command: 'python train.py -r {regularization} {data_file}',
          parameters: [
            { name: 'data_file', type: 'path', default: null },
            { name: 'regularization', type: 'float', default: '0.10' },
            { name: 'flag', type: 'string', default: 'True' },
            { name: 'rate', type: 'string', default: '1e-5' },
          ],
        },
        {
          name: 'validate',
          command: 'python validate.py {data_file}',
          parameters: [{ name: 'data_file', type: 'path', default: null }],
        },
      ],
    },
  });
});

test.each([
  ['', { name: null, entryPoints: [], environmentFile: null }],
  [
    'name: x\nconda_env: files/conda.yaml',
    { name: 'x', entryPoints: [], environmentFile: { kind: 'conda', path: 'files/conda.yaml' } },
  ],
  [
    'entry_points:\n  main:\n    command: ls',
    { name: null, entryPoints: [{ name: 'main', command: 'ls', parameters: [] }], environmentFile: null },
  ],
])('%j is read', (text, value) => {
  expect(parseMlproject(text)).toEqual({ ok: true, value });
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
  .join('\n')}`;

test.each([
  [
    'a container image',
    'docker_env: {image: x}',
    'MLproject names a docker_env, and Laurel does not build images; name a python_env in its place.',
  ],
  [
    'two environments',
    'python_env: a\nconda_env: b',
    'MLproject names a python_env and a conda_env; keep the one that the program needs.',
  ],
  [
    'no command',
    'entry_points: {main: {parameters: {}}}',
    'MLproject cannot be read: entry_points.main.command has another form than MLflow documents.',
  ],
  ['a list', '- 1', 'MLproject cannot be read: its content has another form than MLflow documents.'],
  ['a key twice', 'name: a\nname: b', 'MLproject is not plain YAML: Map keys must be unique.'],
  [
    'an object',
    'name: !!python/object:os.system x',
    'MLproject is not plain YAML: Unresolved tag: tag:yaml.org,2002:python/object:os.system.',
  ],
  ['aliases that unfold', bomb, 'MLproject has too many aliases.'],
  ['a million characters', `name: ${'x'.repeat(1_000_000)}`, 'MLproject is longer than 1000000 characters.'],
])('%s is refused in one sentence', (_, text, problem) => {
  expect(parseMlproject(text)).toEqual({ ok: false, problem });
});

const python = { kind: 'python', path: 'python_env.yaml' } as const;
const conda = { kind: 'conda', path: 'files/conda.yaml' } as const;

test('python_env.yaml names the Python and the packages', () => {
  const text =
    'python: "3.10"\nbuild_dependencies: [pip==26.1]\ndependencies:\n  - mlflow>=2\n  - -r requirements.txt\n';
  expect(parseProgramEnvironment(text, python)).toEqual({
    ok: true,
    value: {
      kind: 'python',
      python: '3.10',
      requirements: ['pip==26.1', 'mlflow>=2', '-r requirements.txt'],
      folder: '',
    },
  });
});

test('of conda.yaml the part pip is taken, and its Python', () => {
  const text =
    'name: tutorial\nchannels: [conda-forge]\ndependencies:\n  - python=3.8.15\n  - pip<=24\n  - pip:\n    - mlflow\n    - -r ../requirements.txt\n';
  expect(parseProgramEnvironment(text, conda)).toEqual({
    ok: true,
    value: { kind: 'conda', python: '3.8.15', requirements: ['mlflow', '-r ../requirements.txt'], folder: 'files' },
  });
});

test.each([
  [
    'dependencies: [python=3.10, numpy=1.2, {pip: [mlflow]}]',
    conda,
    'files/conda.yaml wants "numpy=1.2" from conda, which Laurel does not run; move them under pip, or write a python_env.yaml.',
  ],
  ['python: latest', python, 'python_env.yaml asks for Python "latest"; write a version such as 3.11.'],
  [
    'dependencies: [-r /etc/passwd]',
    python,
    'python_env.yaml names "/etc/passwd", which lies outside of the project; copy it into the project.',
  ],
  [
    'dependencies: ["--requirement=../x.txt"]',
    python,
    'python_env.yaml names "../x.txt", which lies outside of the project; copy it into the project.',
  ],
  [
    'dependencies: ["-r http://host/x.txt"]',
    python,
    'python_env.yaml names "http://host/x.txt", which lies outside of the project; copy it into the project.',
  ],
  [
    'dependencies: [python=3.10, {pip: ["-e ../.."]}]',
    conda,
    'files/conda.yaml names "../..", which lies outside of the project; copy it into the project.',
  ],
  [
    'dependencies: ["mlflow\\nscikit-learn"]',
    python,
    'python_env.yaml has a package of several lines, "mlflow\\nscikit-learn"; write one line for each.',
  ],
  ['dependencies: 3', python, 'python_env.yaml cannot be read: dependencies has another form than MLflow documents.'],
  [
    'python: 3.10',
    { kind: 'python', path: '../python_env.yaml' },
    'MLproject names "../python_env.yaml", which lies outside of the project; copy it into it.',
  ],
] as const)('%s is refused in one sentence', (text, file, problem) => {
  expect(parseProgramEnvironment(text, file)).toEqual({ ok: false, problem });
});

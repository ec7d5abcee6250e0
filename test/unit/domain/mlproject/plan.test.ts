import { type EntryPoint, innerPath, type Mlproject, planProject, projectLabel, projectProgram } from '@laurel/domain';

/** A project in the form of MLflow's documentation. */
const project: Mlproject = {
  name: 'My Project',
  environmentFile: null,
  entryPoints: [
    {
      name: 'main',
      command: 'python train.py -r {regularization} {data_file}',
      parameters: [
        { name: 'data_file', type: 'path', default: 'data/all.csv' },
        { name: 'regularization', type: 'float', default: '0.1' },
      ],
    },
    {
      name: 'validate',
      command: 'python validate.py {data-file}',
      parameters: [{ name: 'data-file', type: 'uri', default: null }],
    },
  ],
};

const planned = (entry: string, parameters: { readonly [name: string]: string } = {}, of = project) =>
  planProject(of, { entry, parameters, environment: null });

const commandOf = (entry: string, parameters?: { readonly [name: string]: string }, of?: Mlproject) => {
  const plan = planned(entry, parameters, of);
  return plan.ok ? plan.value.command : plan.problem;
};

const withEntry = (entry: Partial<EntryPoint>): Mlproject => ({
  ...project,
  entryPoints: [{ name: 'main', command: 'true', parameters: [], ...entry }],
});

test.each([
  ['main', {}, 'python train.py -r 0.1 data/all.csv'],
  ['main', { regularization: '1e-3' }, 'python train.py -r 1e-3 data/all.csv'],
  ['main', { data_file: 'my data.csv' }, "python train.py -r 0.1 'my data.csv'"],
  ['main', { depth: '3' }, 'python train.py -r 0.1 data/all.csv --depth 3'],
  ['validate', { 'data-file': 's3://bucket/a b' }, "python validate.py 's3://bucket/a b'"],
  ['eval.py', { k: 'v' }, 'python eval.py --k v'],
  ['scripts/a b.sh', {}, "bash 'scripts/a b.sh'"],
] as const)('%s with %j runs as %s', (entry, parameters, command) => {
  expect(commandOf(entry, parameters)).toBe(command);
});

test.each([
  ['$(touch /tmp/x)', `'$(touch /tmp/x)'`],
  [`it's; rm -rf .`, `'it'"'"'s; rm -rf .'`],
  ['', "''"],
  ['{main}', "'{main}'"],
  ['a\nb', "'a\nb'"],
  ['é', "'é'"],
])('the value %j is one word for the shell', (value, word) => {
  const of = withEntry({ command: 'echo {text}', parameters: [{ name: 'text', type: 'string', default: null }] });
  expect(commandOf('main', { text: value }, of)).toBe(`echo ${word}`);
});

test('doubled braces are braces, as in Python', () => {
  const of = withEntry({
    command: `awk '{{print $1}}' {file}`,
    parameters: [{ name: 'file', type: 'string', default: 'x' }],
  });
  expect(commandOf('main', {}, of)).toBe(`awk '{print $1}' x`);
});

test('what is logged are the values that were given and the defaults of the others', () => {
  expect(planned('main', { regularization: '0.4', depth: '3' })).toMatchObject({
    value: { parameters: { data_file: 'data/all.csv', regularization: '0.4', depth: '3' } },
  });
});

test.each([
  ['mian', {}, 'The project has no entry point "mian"; did you mean "main"?'],
  [
    'deploy',
    {},
    'The project has no entry point "deploy": it has main, validate, and only .py and .sh files can be run without being declared.',
  ],
  ['../out.py', {}, 'The script "../out.py" lies outside of the project; name one inside it.'],
  ['/etc/x.sh', {}, 'The script "/etc/x.sh" lies outside of the project; name one inside it.'],
  ['validate', {}, 'Entry point "validate" needs a value for data-file; give it with -P data-file=VALUE.'],
  [
    'validate',
    { 'data-fiel': 'x' },
    'Entry point "validate" needs a value for data-file; is "data-fiel" meant for it?',
  ],
  [
    'validate',
    { 'data-file': 'no uri' },
    '"data-file" is "no uri", which is no URI; write one with its scheme, as file:///folder.',
  ],
  ['main', { regularization: 'much' }, '"regularization" is "much", which is no number; its type is float.'],
  [
    'main',
    { 'x;id': '1' },
    'The parameter "x;id" is not declared, and its name cannot be passed on as an option; declare it in MLproject.',
  ],
  [
    'main',
    { '-x': '1' },
    'The parameter "-x" is not declared, and its name cannot be passed on as an option; declare it in MLproject.',
  ],
  ['main', { depth: 'a\0b' }, 'The value of "depth" holds a NUL, which no command can be given.'],
  ['main', { depth: 'x'.repeat(6_001) }, 'The value of "depth" is longer than 6000 characters; pass a file instead.'],
])('%s with %j is refused in one sentence', (entry, parameters, problem) => {
  expect(commandOf(entry, parameters)).toBe(problem);
});

test.each([
  '../secret.csv',
  '/etc/passwd',
  's3://bucket/key',
  'http://169.254.169.254/',
  'a/../../b',
  'file:///etc/passwd',
])('a path parameter does not take %s', (path) => {
  expect(commandOf('main', { data_file: path })).toContain('its type is path: name one inside the project');
});

test('a name of 10 KB is refused without repeating it', () => {
  const long = 'n'.repeat(10_240);
  expect(commandOf(long)?.length).toBeLessThan(300);
  expect(commandOf('main', { [long]: '1' })).toMatch(/^The parameter "n{60}…" is not declared/);
});

test('more parameters than a run can have are refused', () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, '1']));
  expect(commandOf('main', many)).toBe('103 parameters are more than the 100 a run can have.');
});

test.each([
  [
    'echo {unknown}',
    'The command of "main" uses "{unknown}", which none of its parameters is; declare it, or write {{ and }} for braces.',
  ],
  [
    'echo {a.__class__}',
    'The command of "main" uses "{a.__class__}", which none of its parameters is; declare it, or write {{ and }} for braces.',
  ],
  ['echo {', 'The command of "main" has a lone {; write {{ for the character itself.'],
  ['echo }', 'The command of "main" has a lone }; write }} for the character itself.'],
  ['  ', 'The command of "main" is empty; write what it runs.'],
])('the command %j is refused', (command, problem) => {
  const of = withEntry({ command, parameters: [{ name: 'a', type: 'string', default: '1' }] });
  expect(commandOf('main', {}, of)).toBe(problem);
});

test.each([
  ['My Project', '/x', 'my-project'],
  ['sklearn_elasticnet_wine', '/x', 'sklearn-elasticnet-wine'],
  [null, '/home/me/Wine/', 'wine'],
  ['日本', '/', 'project'],
  ['../../etc', '/x', 'etc'],
  [`a${'-'.repeat(80)}b`, '/x', 'a-b'],
  ['ü'.repeat(400), '/x', 'u'.repeat(63)],
])('%j in %s is called %s', (name, folder, label) => {
  expect(projectLabel(name, folder)).toBe(label);
});

test.each([
  ['a/b.csv', '', 'a/b.csv'],
  ['./a//b', '', 'a/b'],
  ['../b.txt', 'config', 'b.txt'],
  ['../../b.txt', 'config', null],
  ['C:\\x', '', null],
  ['', '', null],
])('the path %j from %j leads to %j', (path, from, inner) => {
  expect(innerPath(path, from)).toBe(inner);
});

test('the job is told the command and the environment as JSON', () => {
  const plan = { command: 'python train.py', environment: null };
  expect(projectProgram(plan)).toEqual(['python', '-m', 'laurel_trainer.mlproject', JSON.stringify(plan)]);
});

import { lockChanges, lockLines, requirementsOf } from '@laurel/domain';

const hashes = (digit: string) => `--hash=sha256:${digit.repeat(64)}`;
/** As `uv export` and `pip-compile --generate-hashes` write them. */
const hashed = `# made by a tool
numpy==2.4.1 \\
    ${hashes('a')} \\
    ${hashes('b')}
    # via pandas
pandas==3.0.0 ; python_version >= "3.11" \\
    ${hashes('c')}
`;

test('what a backslash continues is one line, and comments are none', () => {
  expect(lockLines(hashed)).toEqual([
    `numpy==2.4.1 ${hashes('a')} ${hashes('b')}`,
    `pandas==3.0.0 ; python_version >= "3.11" ${hashes('c')}`,
  ]);
});

test('a lock requires the same with hashes as without', () => {
  expect(requirementsOf(hashed)).toEqual({ numpy: '2.4.1', pandas: '3.0.0' });
  expect(lockChanges(hashed, 'numpy==2.4.1\npandas==3.0.0\n')).toEqual({ added: [], removed: [], changed: [] });
});

test('a line of another form names itself', () => {
  expect(requirementsOf('-e ./lib\nours @ https://example.com/ours.whl#sha256=ab\n')).toEqual({
    '-e ./lib': '',
    'ours @ https://example.com/ours.whl#sha256=ab': '',
  });
});

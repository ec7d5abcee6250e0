import { parseSources } from '@laurel/worker';

function parsed(env: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  return { ...parseSources(env, problems), problems };
}

test('without variables, no server is reached but S3 itself', () => {
  expect(parsed({})).toEqual({ shares: { endpoints: [], lakefs: null }, connections: {}, problems: [] });
});

test('endpoints, the gateway of lakeFS and connections come from variables', () => {
  const env = {
    LAUREL_SOURCE_ENDPOINTS: 'http://127.0.0.1:9000, https://storage.example.com/',
    LAUREL_SOURCE_LAKEFS_ENDPOINT: 'https://lakefs.example.com',
    LAUREL_SOURCE_LAKEFS_ACCESS_KEY_ID: 'id',
    LAUREL_SOURCE_LAKEFS_SECRET_ACCESS_KEY: 'secret',
    LAUREL_SOURCE_POSTGRES_OUR_WAREHOUSE: 'postgres://u:p@host/db',
    LAUREL_DATABASE_URL: 'postgres://laurel:own@host/laurel',
  };
  expect(parsed(env)).toEqual({
    shares: {
      endpoints: ['http://127.0.0.1:9000', 'https://storage.example.com/'],
      lakefs: { endpoint: 'https://lakefs.example.com', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } },
    },
    connections: { 'our-warehouse': 'postgres://u:p@host/db' },
    problems: [],
  });
});

test('what is wrong is said by its variable, without the value', () => {
  const { problems } = parsed({
    LAUREL_SOURCE_ENDPOINTS: 'ftp://me:hidden@host',
    LAUREL_SOURCE_LAKEFS_ENDPOINT: 'lakefs',
    LAUREL_SOURCE_LAKEFS_ACCESS_KEY_ID: 'id',
    LAUREL_SOURCE_POSTGRES_W: 'mysql://me:hidden@host/db',
  });
  expect(problems).toEqual([
    'LAUREL_SOURCE_ENDPOINTS has no address such as https://host:9000',
    'LAUREL_SOURCE_LAKEFS_ENDPOINT is no address such as https://host:8000',
    'LAUREL_SOURCE_LAKEFS_ACCESS_KEY_ID and LAUREL_SOURCE_LAKEFS_SECRET_ACCESS_KEY need each other',
    'LAUREL_SOURCE_POSTGRES_W is no address such as postgres://user:password@host:port/database',
  ]);
});

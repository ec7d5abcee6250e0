/** What the file of a dataset version was: with its MD5, DVC knows the same bytes. */
export const datasetContent = `
alter table dataset_versions
  add column format text check (format in ('csv', 'parquet', 'jsonl')),
  add column size bigint check (size >= 0),
  add column md5 text check (md5 ~ '^[0-9a-f]{32}$'),
  add constraint dataset_content_is_whole check (num_nulls(format, size, md5) in (0, 3));
`;

import { LaurelError } from '@laurel/contracts';
import type { LineageView } from '@laurel/contracts/schemas';
import { quoted } from '@laurel/domain';
import { findVersionName } from '../input/version-name.js';
import { numberText, shortDigest } from '../output/text.js';
import { type Branch, renderTree } from '../output/tree.js';

type Item = LineageView['items'][number];
type Version = NonNullable<Item['version']>;

const predictionForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const runForm = /^[0-9a-f]{32}$/;
const datasetPrefix = 'dataset:';

/** The route that traces what `text` names. Error: `InvalidInput`. */
export function lineagePath(text: string): string {
  if (predictionForm.test(text)) return `lineage/predictions/${text}`;
  if (runForm.test(text)) return `lineage/runs/${text}`;
  const isDataset = text.startsWith(datasetPrefix);
  const named = findVersionName(isDataset ? text.slice(datasetPrefix.length) : text);
  if (named !== undefined) return `lineage/${isDataset ? 'datasets' : 'versions'}/${named.model}/${named.version}`;
  throw new LaurelError(
    'InvalidInput',
    `${quoted(text)} names nothing to trace; give a prediction id, a run id, MODEL/VERSION, or dataset:DATASET/VERSION.`,
  );
}

/** What was traced, as a tree from the answer back to the data. */
export function lineageText({ prediction, items }: LineageView): string {
  const branches = items.map(itemBranch);
  if (prediction !== null) {
    const { id, at, endpoint, epoch, arm } = prediction;
    return renderTree({
      text: `prediction ${id}, answered ${at} by the ${arm} of ${endpoint} (epoch ${epoch})`,
      below: branches,
    });
  }
  return branches.map(renderTree).join('\n\n');
}

function itemBranch({ run, data, version }: Item): Branch {
  const origins = [runBranch(run), ...(data === null ? [] : [dataBranch(data)])];
  if (version === null) return { ...runBranch(run), below: [...(runBranch(run).below ?? []), ...origins.slice(1)] };
  const names = [version.stage, ...version.aliases].filter((name) => name !== 'None').join(', ');
  return {
    text: `version ${version.project}/${version.version} (${version.semver}), ${version.digest}${names && `, ${names}`}`,
    below: [...origins, ...decisions(version)],
  };
}

function runBranch(run: Item['run']): Branch {
  const { commit, branch, dirty, digest } = run.code;
  const revision =
    commit === null ? 'in no commit' : `commit ${commit} (${branch ?? 'no branch'}${dirty ? ', with changes' : ''})`;
  const given = Object.entries(run.parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  const below = [
    `code ${revision}${digest === null ? '' : `, files ${shortDigest(digest)}`}`,
    ...(run.parameters === null ? [] : [`parameters ${[...given, `seed=${run.seed}`].join(' ')}`]),
    `environment ${run.environment ?? 'not recorded'}`,
    ...(run.machine === null ? [] : [machineText(run.machine)]),
  ];
  const when = run.startedAt === null ? '' : `, ${run.startedAt}${run.trigger === null ? '' : ` by ${run.trigger}`}`;
  return { text: `run ${run.runId}${when}`, below: below.map((text) => ({ text })) };
}

function machineText({ processor, cores, system, gpus }: NonNullable<Item['run']['machine']>): string {
  const cards = gpus.map(({ model }) => model).join(', ');
  return `machine ${processor}, ${cores} cores, ${system}${cards && `, ${cards}`}`;
}

function dataBranch({ dataset, version, digest, rows, columns, source }: NonNullable<Item['data']>): Branch {
  return {
    text: `data ${dataset} version ${version}, ${digest}`,
    below: [{ text: `${numberText(rows)} rows, ${columns.length} columns` }, { text: `from ${source}` }],
  };
}

function decisions({ gates, rollouts, reigns, parents }: Version): readonly Branch[] {
  return [
    ...parents.map((parent) => ({ text: `parent ${parent}` })),
    ...gates.map(({ verdict, id }) => ({ text: `gates ${verdict}, evidence ${id}` })),
    ...rollouts.map(({ id, status, cause, approvals, evidenceCount }) => ({
      text: `rollout ${id} ${status}${cause === null ? '' : ` (${cause})`}, ${evidenceCount} pieces of evidence`,
      below: approvals.map(({ by, at, decision, reason, evidenceId }) => ({
        text: `${decision === 'granted' ? 'approved' : 'rejected'} by ${by} ${at}${reason === null ? '' : ` (${reason})`}, evidence ${evidenceId}`,
      })),
    })),
    ...reigns.map(({ endpoint, crownedAt, endedAt, replaced }) => ({
      text: `champion of ${endpoint} from ${crownedAt} ${endedAt === null ? 'until now' : `to ${endedAt}`}, ${
        replaced === null ? 'the first' : `after version ${replaced.version} (${replaced.semver})`
      }`,
    })),
  ];
}

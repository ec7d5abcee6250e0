import type { ModelSignature, SignatureInput, SignatureOutput } from './signature.js';

/** Which part of a SemVer number a change raises. */
export type Bump = 'major' | 'minor' | 'patch';

/** What SemVer looks at, besides the number before. */
export interface Interface {
  readonly signature: ModelSignature;
  readonly algorithm: string;
}

export type InterfaceChangeName =
  | 'inputRemoved'
  | 'inputAdded'
  | 'optionalInputAdded'
  | 'inputTypeChanged'
  | 'inputShapeChanged'
  | 'inputBecameRequired'
  | 'inputBecameOptional'
  | 'taskChanged'
  | 'classesChanged'
  | 'outputRemoved'
  | 'outputAdded'
  | 'outputTypeChanged'
  | 'outputShapeChanged'
  | 'outputRoleChanged'
  | 'algorithmChanged';

/** One named difference between what two versions take and give. */
export interface InterfaceChange {
  readonly change: InterfaceChangeName;
  /** The input or output; `null` for what concerns the whole model. */
  readonly subject: string | null;
  readonly was: string | null;
  readonly is: string | null;
  readonly bump: Bump;
}

/** The bump of each change: what breaks a client is major, what a client may ignore is minor. */
const bumps: { readonly [change in InterfaceChangeName]: Bump } = {
  inputRemoved: 'major',
  inputAdded: 'major',
  optionalInputAdded: 'minor',
  inputTypeChanged: 'major',
  inputShapeChanged: 'major',
  inputBecameRequired: 'major',
  inputBecameOptional: 'minor',
  taskChanged: 'major',
  classesChanged: 'major',
  outputRemoved: 'major',
  outputAdded: 'major',
  outputTypeChanged: 'major',
  outputShapeChanged: 'major',
  outputRoleChanged: 'major',
  algorithmChanged: 'minor',
};

/** Every named change from one version to another; none for a mere retraining. */
export function interfaceChanges(before: Interface, after: Interface): readonly InterfaceChange[] {
  const [was, is] = [before.signature, after.signature];
  return [
    ...inputChanges(was.inputs, is.inputs),
    ...whole('taskChanged', was.task, is.task),
    ...whole('classesChanged', JSON.stringify(was.classes), JSON.stringify(is.classes)),
    ...outputChanges(was.outputs, is.outputs),
    ...whole('algorithmChanged', before.algorithm, after.algorithm),
  ];
}

/** The largest bump of the changes: `patch` when there are none. */
export function bumpOf(changes: readonly InterfaceChange[]): Bump {
  if (changes.some(({ bump }) => bump === 'major')) return 'major';
  return changes.some(({ bump }) => bump === 'minor') ? 'minor' : 'patch';
}

type Values = Pick<InterfaceChange, 'was' | 'is'>;

function named(change: InterfaceChangeName, subject: string | null, values: Values): InterfaceChange {
  return { change, subject, ...values, bump: bumps[change] };
}

function whole(change: InterfaceChangeName, was: string, is: string): readonly InterfaceChange[] {
  return was === is ? [] : [named(change, null, { was, is })];
}

function aspect(change: InterfaceChangeName, subject: string, [was, is]: readonly [string, string]) {
  return was === is ? [] : [named(change, subject, { was, is })];
}

function inputChanges(before: readonly SignatureInput[], after: readonly SignatureInput[]): readonly InterfaceChange[] {
  const kept = before.flatMap((old): readonly InterfaceChange[] => {
    const now = after.find(({ name }) => name === old.name);
    if (now === undefined) return [named('inputRemoved', old.name, { was: tensorText(old), is: null })];
    const optionality = now.optional ? 'inputBecameOptional' : 'inputBecameRequired';
    return [
      ...aspect('inputTypeChanged', old.name, [old.dtype, now.dtype]),
      ...aspect('inputShapeChanged', old.name, [shapeText(old), shapeText(now)]),
      ...aspect(optionality, old.name, [optionalText(old), optionalText(now)]),
    ];
  });
  const added = after
    .filter(({ name }) => !before.some((old) => old.name === name))
    .map((now) =>
      named(now.optional ? 'optionalInputAdded' : 'inputAdded', now.name, { was: null, is: tensorText(now) }),
    );
  return [...kept, ...added];
}

function outputChanges(
  before: readonly SignatureOutput[],
  after: readonly SignatureOutput[],
): readonly InterfaceChange[] {
  const kept = before.flatMap((old): readonly InterfaceChange[] => {
    const now = after.find(({ name }) => name === old.name);
    if (now === undefined) return [named('outputRemoved', old.name, { was: tensorText(old), is: null })];
    return [
      ...aspect('outputTypeChanged', old.name, [old.dtype, now.dtype]),
      ...aspect('outputShapeChanged', old.name, [shapeText(old), shapeText(now)]),
      ...aspect('outputRoleChanged', old.name, [old.role, now.role]),
    ];
  });
  const added = after
    .filter(({ name }) => !before.some((old) => old.name === name))
    .map((now) => named('outputAdded', now.name, { was: null, is: tensorText(now) }));
  return [...kept, ...added];
}

type Tensor = Pick<SignatureInput, 'dtype' | 'shape'>;

function tensorText(tensor: Tensor): string {
  return `${tensor.dtype} ${shapeText(tensor)}`;
}

function shapeText({ shape }: Tensor): string {
  return `[${shape.join(', ')}]`;
}

function optionalText({ optional }: SignatureInput): string {
  return optional ? 'may be missing' : 'required';
}

const sentences: { readonly [change in InterfaceChangeName]: (change: InterfaceChange) => string } = {
  inputRemoved: ({ subject }) => `input "${subject}" is gone`,
  inputAdded: ({ subject }) => `input "${subject}" is new and required`,
  optionalInputAdded: ({ subject }) => `input "${subject}" is new and may be missing`,
  inputTypeChanged: ({ subject, was, is }) => `input "${subject}" was ${was} and is ${is}`,
  inputShapeChanged: ({ subject, was, is }) => `input "${subject}" had the shape ${was} and has ${is}`,
  inputBecameRequired: ({ subject }) => `input "${subject}" may not be missing any more`,
  inputBecameOptional: ({ subject }) => `input "${subject}" may now be missing`,
  taskChanged: ({ was, is }) => `the task was ${was} and is ${is}`,
  classesChanged: ({ was, is }) => `the classes were ${was} and are ${is}`,
  outputRemoved: ({ subject }) => `output "${subject}" is gone`,
  outputAdded: ({ subject }) => `output "${subject}" is new`,
  outputTypeChanged: ({ subject, was, is }) => `output "${subject}" was ${was} and is ${is}`,
  outputShapeChanged: ({ subject, was, is }) => `output "${subject}" had the shape ${was} and has ${is}`,
  outputRoleChanged: ({ subject, was, is }) => `output "${subject}" was ${was} and is ${is}`,
  algorithmChanged: ({ was, is }) => `the algorithm was ${was} and is ${is}`,
};

/** A change in words, without a full stop. */
export function changeText(change: InterfaceChange): string {
  return sentences[change.change](change);
}

/** Why the number is raised as it is, in one sentence. */
export function bumpReason(changes: readonly InterfaceChange[]): string {
  const bump = bumpOf(changes);
  const decisive = changes.filter((change) => change.bump === bump);
  if (decisive.length === 0) return 'A retraining: inputs, outputs and algorithm are the same.';
  return `${bump === 'major' ? 'Clients of the version before break' : 'Clients of the version before go on'}: ${decisive.map(changeText).join('; ')}.`;
}

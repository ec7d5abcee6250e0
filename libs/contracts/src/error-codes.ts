/** What a code means for a caller, a retry policy and a reader. */
export interface ErrorCodeEntry {
  /** May the same call succeed later without anybody changing anything? */
  readonly retryable: boolean;
  /** HTTP status of the problem document. */
  readonly status: number;
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * The one table of errors. It yields the retry policies' non-retryable types, the API's statuses and
 * `docs/reference/errors.md`; a test holds the three together.
 */
export const errorCodes = {
  InvalidProject: {
    retryable: false,
    status: 422,
    meaning: 'The project file does not follow laurel/v1.',
    remedy: 'Correct the named field; the JSON Schema is served at /schemas/model-project.json.',
  },
  DataUnreadable: {
    retryable: false,
    status: 422,
    meaning: 'The data source is missing or cannot be parsed.',
    remedy: 'Check the path, the format and the encoding (UTF-8) of the source.',
  },
  DataEmpty: {
    retryable: false,
    status: 422,
    meaning: 'The data source has no rows.',
    remedy: 'Point spec.data.source at a table with rows.',
  },
  DataCorrupt: {
    retryable: false,
    status: 422,
    meaning: 'Bytes of data do not match the digest they were stored under.',
    remedy: 'Restore the named object from a copy; nothing was trained on these bytes.',
  },
  DataSchemaMismatch: {
    retryable: false,
    status: 422,
    meaning: 'The data lacks a column the project or the previous version needs, or its type changed.',
    remedy: 'Restore the column, or change the project file.',
  },
  DataAnomaly: {
    retryable: false,
    status: 422,
    meaning: 'The data breaks a validation rule.',
    remedy: 'Look at the named anomalies; mend the data or the rule.',
  },
  TrainerFailed: {
    retryable: false,
    status: 422,
    meaning: 'The trainer ended with an error that trying again will not cure.',
    remedy: 'Read the log of the run, mend the trainer or its parameters, and train again.',
  },
  TrainerCrashed: {
    retryable: true,
    status: 502,
    meaning: 'The trainer ended unexpectedly; it is tried again from its last checkpoint.',
    remedy: 'If it keeps happening, read the log of the run.',
  },
  TrainerHung: {
    retryable: true,
    status: 504,
    meaning: 'The trainer reported no progress for longer than spec.training.silence.',
    remedy: 'Report progress more often, or raise spec.training.silence.',
  },
  TrainerWroteNoModel: {
    retryable: false,
    status: 422,
    meaning: 'The trainer ended well but its output folder lacks model.onnx or model.json.',
    remedy: 'Write both to LAUREL_OUTPUT_DIR before exiting with 0.',
  },
  TrainerOutOfMemory: {
    retryable: false,
    status: 422,
    meaning: 'The trainer needed more memory than spec.training.resources gives it.',
    remedy: 'Raise spec.training.resources.memory, or use a smaller batch or more workers.',
  },
  TrainerDiverged: {
    retryable: false,
    status: 422,
    meaning: 'The loss of the trainer became NaN or infinite.',
    remedy: 'Lower the learning rate, clip gradients, or look for missing and infinite values in the data.',
  },
  TrainerTooSlow: {
    retryable: false,
    status: 422,
    meaning: 'The trainer did not end within spec.training.deadline.',
    remedy: 'Raise spec.training.deadline, or give the trainer more resources.',
  },
  TrainerDisrupted: {
    retryable: true,
    status: 503,
    meaning:
      'The machine of the trainer was taken away; it goes on from its last checkpoint and no attempt is charged.',
    remedy: 'Nothing; lower spec.training.checkpoint.every to lose fewer steps.',
  },
  NoCapacity: {
    retryable: false,
    status: 503,
    meaning: 'No machine of the cluster fits what the trainer asks for.',
    remedy: 'Ask for less in spec.training.resources, or add nodes that fit.',
  },
  ImageMissing: {
    retryable: false,
    status: 422,
    meaning: "The trainer's container image cannot be pulled or started.",
    remedy: 'Correct spec.training.image, or give the cluster the right to pull it.',
  },
  JobConflict: {
    retryable: false,
    status: 409,
    meaning: "A job of the trainer's name is there that Laurel did not make.",
    remedy: 'Remove that job, then train again.',
  },
  SweepWithoutResult: {
    retryable: false,
    status: 422,
    meaning: 'No trial of the sweep was complete, so there is no best one.',
    remedy: 'See laurel sweep results for why its trials ended; widen the budget, or stop fewer of them early.',
  },
  NotRepeatable: {
    retryable: false,
    status: 409,
    meaning: 'The run cannot be repeated: what it depended on was not recorded, or is gone.',
    remedy: 'Train again; runs record their circumstances and keep their source since 0.2.',
  },
  NotReproduced: {
    retryable: false,
    status: 409,
    meaning: 'The repeated run gave a model that is not bit-equal.',
    remedy: 'See what differed with laurel describe run RUN; mend what is left to chance in the trainer.',
  },
  PythonMissing: {
    retryable: false,
    status: 503,
    meaning: 'The trainer command cannot be started because its interpreter is missing.',
    remedy: 'Run laurel doctor; it says what is missing and how to get it.',
  },
  ModelUnsafe: {
    retryable: false,
    status: 422,
    meaning: 'The model file is malformed, refers outside itself, or did not load in isolation.',
    remedy: 'Export a self-contained ONNX graph with standard operators.',
  },
  ModelParity: {
    retryable: false,
    status: 422,
    meaning: "The ONNX graph does not reproduce the framework's own predictions.",
    remedy: 'Compare the conversion; raise the opset or change the preprocessing.',
  },
  GateFailed: {
    retryable: false,
    status: 409,
    meaning: 'The version did not pass its evaluation gates.',
    remedy: 'See the gates of the version; train a better one or change the gates in the project file.',
  },
  CanaryRejected: {
    retryable: false,
    status: 409,
    meaning: 'Live traffic showed the challenger to be harmful or not good enough.',
    remedy: 'See the evidence of the rollout.',
  },
  PackageTampered: {
    retryable: false,
    status: 422,
    meaning: 'A package does not match its digest or its signature.',
    remedy: 'Restore the object store; never serve these bytes.',
  },
  NotFound: {
    retryable: false,
    status: 404,
    meaning: 'There is no such thing.',
    remedy: 'List what there is with laurel get.',
  },
  Conflict: {
    retryable: false,
    status: 409,
    meaning: 'The request contradicts what is already there.',
    remedy: 'Read the current state and decide again.',
  },
  AlreadyExists: {
    retryable: false,
    status: 409,
    meaning: 'Something of this name is there already.',
    remedy: 'Use what is there, or choose another name.',
  },
  StaleEpoch: {
    retryable: false,
    status: 409,
    meaning: 'The split has changed since it was read.',
    remedy: 'Read the split again.',
  },
  StaleFence: {
    retryable: false,
    status: 409,
    meaning: 'A newer rollout holds this endpoint.',
    remedy: 'Nothing; the older rollout has ended.',
  },
  RolloutInProgress: {
    retryable: false,
    status: 409,
    meaning: 'The endpoint is busy with another rollout.',
    remedy: 'Wait for it or abort it with laurel rollout abort.',
  },
  ApprovalRequired: {
    retryable: false,
    status: 409,
    meaning: 'The project demands approval before this step.',
    remedy: 'Ask an approver to run laurel approve.',
  },
  Unauthenticated: {
    retryable: false,
    status: 401,
    meaning: 'No valid API key was presented.',
    remedy: 'Send Authorization: Bearer KEY; the first key lies in LAUREL_HOME.',
  },
  Forbidden: {
    retryable: false,
    status: 403,
    meaning: 'The key lacks the role for this.',
    remedy: 'Use a key with the named role.',
  },
  InvalidInput: {
    retryable: false,
    status: 400,
    meaning: 'The request is malformed.',
    remedy: 'Correct the named fields.',
  },
  MethodNotAllowed: {
    retryable: false,
    status: 405,
    meaning: 'The path is served, the method is none of its own.',
    remedy: 'Use a method that the header Allow names.',
  },
  NotAcceptable: {
    retryable: false,
    status: 406,
    meaning: 'The path has no answer in any of the media types that were asked for.',
    remedy: 'Ask for one of the named media types in the header Accept.',
  },
  TooLarge: {
    retryable: false,
    status: 413,
    meaning: 'The request body is larger than the service takes.',
    remedy: 'Send less at once.',
  },
  UnsupportedMediaType: {
    retryable: false,
    status: 415,
    meaning: 'The body is in a format or character set that this path does not take.',
    remedy: 'Send one of the named content types, in UTF-8.',
  },
  IdempotencyKeyReused: {
    retryable: false,
    status: 422,
    meaning: 'The idempotency key was used for a different request.',
    remedy: 'Make a new key for a new request.',
  },
  ModelNotReady: {
    retryable: true,
    status: 503,
    meaning: 'The endpoint has no version that is loaded and warm.',
    remedy: 'Wait, or see laurel describe endpoint.',
  },
  ModelOutputInvalid: {
    retryable: false,
    status: 500,
    meaning: 'The model answered with NaN, infinity or a wrong shape.',
    remedy: 'See the evidence; the version is not promoted.',
  },
  Overloaded: {
    retryable: true,
    status: 429,
    meaning: 'The service sheds load.',
    remedy: 'Try again after Retry-After seconds.',
  },
  DeadlineExceeded: { retryable: true, status: 504, meaning: 'The answer did not come in time.', remedy: 'Try again.' },
  Cancelled: { retryable: false, status: 499, meaning: 'The caller has gone.', remedy: 'Nothing; nobody waits.' },
  BreakerOpen: {
    retryable: true,
    status: 503,
    meaning: 'The version keeps failing and no baseline answers in its place.',
    remedy: 'Try again after Retry-After seconds; declare serving.baseline to be answered meanwhile.',
  },
  Unsupported: {
    retryable: false,
    status: 501,
    meaning: 'The protocol has this and Laurel does not.',
    remedy: 'See docs/reference/serving.md for what is served.',
  },
  DependencyUnavailable: {
    retryable: true,
    status: 503,
    meaning: 'A service Laurel depends on does not answer.',
    remedy: 'See laurel status.',
  },
  CompensationFailed: {
    retryable: false,
    status: 500,
    meaning: 'An undo could not be carried out.',
    remedy: 'See the named steps in the Temporal UI; mend by hand, then clear the endpoint.',
  },
  StorageFull: {
    retryable: true,
    status: 507,
    meaning: 'The disk under LAUREL_HOME or the object store is full.',
    remedy: 'Free space; the work goes on by itself.',
  },
  PortTaken: {
    retryable: false,
    status: 500,
    meaning: 'A port Laurel needs is in use.',
    remedy: 'Stop the named process, or set the named variable to another port.',
  },
  AlreadyRunning: {
    retryable: false,
    status: 409,
    meaning: 'Another laurel up uses this LAUREL_HOME.',
    remedy: 'Use it, stop it with laurel down, or set LAUREL_HOME elsewhere.',
  },
  Internal: { retryable: true, status: 500, meaning: 'A bug in Laurel.', remedy: 'Report it with the request id.' },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** Codes for which a retry policy must give up at once. */
export const nonRetryableCodes: readonly ErrorCode[] = (Object.keys(errorCodes) as ErrorCode[]).filter(
  (code) => !errorCodes[code].retryable,
);

/** Tells whether `text` is a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

import { inputName } from '../../bench/serving/fixtures.js';
import type { Target } from '../../bench/serving/http-connection.js';
import { type Call, callsOf, inferResponse } from '../../bench/serving/requests.js';
import type { EpochRule } from './epoch-rule.js';
import { type GrpcLoad, startGrpcLoad } from './grpc-load.js';
import { endpoint } from './installation.js';
import type { Ledger, Said } from './ledger.js';
import { type Load, startLoad, type TimedAnswer } from './load.js';
import { headerIn, postJson } from './requests.js';
import type { Biases } from './signed-models.js';

const connections = 64;
const channels = 8;
/** Different requests, so that nobody answers from a cache; their numbers are exact in float32. */
const different = 64;
const given = Float32Array.from({ length: different }, (_, index) => (index - different / 2) / (different / 2));
const inputOf = (arrival: number) => given[arrival % different] ?? Number.NaN;
const benchModel = {
  name: endpoint,
  width: 1,
  values: given,
  rows: different,
  onnx: new Uint8Array(),
  outputs: [],
  classes: [],
} as const;

export interface Judges {
  readonly ledger: Ledger;
  readonly rule: EpochRule;
  readonly biases: Biases;
}

/** Requests over REST, of Laurel's own form and of the Open Inference Protocol in turn; every answer is checked. */
export function startRest(target: Target, rate: number, judges: Judges): Load {
  const requests = requestsOf();
  const floors = new Map<number, number>();
  return startLoad({
    target,
    rate,
    connections,
    request: (arrival) => {
      floors.set(arrival, judges.rule.floor(performance.now()));
      return requests[arrival % different] ?? Buffer.alloc(0);
    },
    onAnswer: (answer) => {
      const floor = floors.get(answer.arrival) ?? 0;
      floors.delete(answer.arrival);
      judgeAnswer(answer, floor, judges);
    },
  });
}

function requestsOf(): readonly Buffer[] {
  const open = callsOf(benchModel, { rows: 1, encoding: 'json' });
  return open.map(({ bytes, stickyKey }, index) => {
    if (index % 2 === 1) return bytes;
    return postJson(`/predict/${endpoint}`, { [inputName]: inputOf(index) }, [`X-Laurel-Sticky-Key: ${stickyKey}`]);
  });
}

const ownForm = /"Yes":([-\d.e]+)/;
const openForm = /"name":"probabilities"[^}]*"data":\[[^,]+,([-\d.e]+)\]/;

function judgeAnswer({ arrival, status, head, body }: TimedAnswer, floor: number, judges: Judges): void {
  if (status !== 200) {
    const kind = status === 0 ? 'the connection broke' : `status ${status}`;
    return judges.ledger.failed(kind, body.toString('latin1', 0, 200));
  }
  const form = arrival % 2 === 0 ? ownForm : openForm;
  judge(
    {
      input: inputOf(arrival),
      digest: headerIn(head, 'x-laurel-digest'),
      epoch: Number(headerIn(head, 'x-laurel-epoch')),
      fallback: headerIn(head, 'x-laurel-fallback') !== 'false',
      probability: Number(form.exec(body.toString('latin1'))?.[1]),
    },
    floor,
    judges,
  );
}

function judge(said: Said, floor: number, { ledger, rule, biases }: Judges): void {
  ledger.answered(said);
  const problem = said.fallback
    ? 'a fallback answered'
    : (biases.problem(said.digest, said.input, said.probability) ?? rule.problem(said.epoch, floor));
  if (problem !== null) ledger.failed(problem, JSON.stringify({ ...said, floor }));
}

/** The same over gRPC. */
export function startGrpc(target: Target, rate: number, judges: Judges): GrpcLoad {
  const calls = callsOf(benchModel, { rows: 1, encoding: 'grpc' });
  const floors = new Map<number, number>();
  return startGrpcLoad({
    target,
    rate,
    channels,
    call: (arrival) => {
      floors.set(arrival, judges.rule.floor(performance.now()));
      return calls[arrival % different] as Call;
    },
    onEnd: ({ arrival, error, message, metadata }) => {
      const floor = floors.get(arrival) ?? 0;
      floors.delete(arrival);
      if (error !== null) return judges.ledger.failed(`gRPC ${error.code}`, error.details);
      const text = (name: string) => String(metadata.get(name)[0] ?? '');
      judge(
        {
          input: inputOf(arrival),
          digest: text('x-laurel-digest'),
          epoch: Number(text('x-laurel-epoch')),
          fallback: text('x-laurel-fallback') !== 'false',
          probability: probabilityIn(message),
        },
        floor,
        judges,
      );
    },
  });
}

interface Answered {
  readonly outputs: readonly { readonly name: string }[];
  readonly rawOutputContents: readonly Uint8Array[];
}

function probabilityIn(message: Buffer): number {
  const { outputs, rawOutputContents } = inferResponse.decode(message) as unknown as Answered;
  const raw = rawOutputContents[outputs.findIndex(({ name }) => name === 'probabilities')];
  return raw === undefined ? Number.NaN : Buffer.from(raw).readFloatLE(4);
}

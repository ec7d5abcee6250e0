import { join } from 'node:path';
import type { Outputs } from './answers.js';
import { type RequestFolder, writeRequests } from './closed-loop.js';
import type { Fixtures, ModelName } from './fixtures.js';
import { openReference, type Reference } from './reference.js';
import { type Call, callsOf } from './requests.js';
import type { Scenario } from './scenarios.js';

/** What a scenario sends, the same for every candidate, with what onnxruntime itself says to each call. */
export interface Prepared {
  readonly calls: readonly { readonly call: Call; readonly expected: Outputs }[];
  /** The calls as files, for the load generator that is a program of its own. */
  readonly requests: RequestFolder;
}

/** Makes what scenarios send, once each. */
export function createPreparations(fixtures: Fixtures, folder: string): (scenario: Scenario) => Promise<Prepared> {
  const references = new Map<ModelName, Promise<Reference>>();
  const prepared = new Map<string, Promise<Prepared>>();
  const prepare = async (scenario: Scenario, key: string): Promise<Prepared> => {
    const model = fixtures.models[scenario.model];
    const reference = await kept(references, scenario.model, () => openReference(model));
    const calls = callsOf(model, scenario);
    const bytes = calls.map((call) => call.bytes);
    return {
      requests: await writeRequests(join(folder, 'requests', key), bytes),
      calls: await Promise.all(calls.map(async (call) => ({ call, expected: await reference.outputsOf(call) }))),
    };
  };
  return (scenario) => {
    const key = `${scenario.model}-${scenario.rows}-${scenario.encoding}`;
    return kept(prepared, key, () => prepare(scenario, key));
  };
}

function kept<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

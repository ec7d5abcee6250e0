import type { Orchestrator } from '@laurel/ports';

type Call = {
  readonly [name in keyof Orchestrator]: { readonly name: name; readonly with: Parameters<Orchestrator[name]> };
}[keyof Orchestrator];

/** An orchestrator that writes down what it is asked and answers as the real one would when all goes well. */
export interface RecordingOrchestrator extends Orchestrator {
  readonly calls: readonly Call[];
  /** Arguments of the calls of one kind, oldest first. */
  asked<Name extends keyof Orchestrator>(name: Name): readonly Parameters<Orchestrator[Name]>[];
  /** The next call of this kind throws `error`. */
  failNext(name: keyof Orchestrator, error: Error): void;
  /** The next call of this kind answers `answer`. */
  answerNext<Name extends keyof Orchestrator>(name: Name, answer: Awaited<ReturnType<Orchestrator[Name]>>): void;
}

export function createRecordingOrchestrator(): RecordingOrchestrator {
  const calls: Call[] = [];
  const failures = new Map<keyof Orchestrator, Error>();
  const answers = new Map<keyof Orchestrator, unknown>();
  let incarnation = 0;

  const record = (name: keyof Orchestrator, given: readonly unknown[]): void => {
    calls.push({ name, with: given } as unknown as Call);
    const failure = failures.get(name);
    failures.delete(name);
    if (failure !== undefined) throw failure;
  };
  const answering =
    <Name extends keyof Orchestrator>(name: Name, answer: (...given: Parameters<Orchestrator[Name]>) => unknown) =>
    async (...given: Parameters<Orchestrator[Name]>) => {
      record(name, given);
      if (!answers.has(name)) return answer(...given);
      const prepared = answers.get(name);
      answers.delete(name);
      return prepared;
    };

  const orchestrator = {
    fireTrigger: answering('fireTrigger', (project) => ({ workflowId: `model/${project}` })),
    cancelTraining: answering('cancelTraining', () => undefined),
    startSweep: answering('startSweep', ({ project, runId }) => ({
      workflowId: `sweep/${project.metadata.name}/${runId}`,
    })),
    cancelSweep: answering('cancelSweep', () => undefined),
    stopTrial: answering('stopTrial', () => undefined),
    startProjectRun: answering('startProjectRun', ({ project, runId }) => ({
      workflowId: `run/${project}/${runId}`,
      started: true,
    })),
    cancelProjectRun: answering('cancelProjectRun', () => undefined),
    startRegistration: answering('startRegistration', ({ name, version }) => ({
      workflowId: `register/${name}/${version}`,
    })),
    requestPromotion: answering('requestPromotion', ({ endpoint }) => {
      incarnation += 1;
      return { incarnation, workflowId: `endpoint/${endpoint}/rollout/${incarnation}` };
    }),
    orderRollout: answering('orderRollout', () => ({ incarnation })),
    rollBackEndpoint: answering('rollBackEndpoint', () => ({ restored: null })),
    clearEndpoint: answering('clearEndpoint', () => undefined),
    grantApproval: answering('grantApproval', () => undefined),
    rejectRollout: answering('rejectRollout', () => undefined),
    changeVerdict: answering('changeVerdict', () => true),
    reportTraining: answering('reportTraining', () => undefined),
    workflowStatus: answering('workflowStatus', () => 'running'),
    reconcileSchedules: answering('reconcileSchedules', () => undefined),
    ping: answering('ping', () => undefined),
  } as unknown as Orchestrator;

  return {
    ...orchestrator,
    calls,
    asked: (name) => calls.filter((call) => call.name === name).map((call) => call.with) as never,
    failNext: (name, error) => void failures.set(name, error),
    answerNext: (name, answer) => void answers.set(name, answer),
  };
}

/** The example of the format's description: every part that laurel/v1 has. */
export const exampleProject = `apiVersion: laurel/v1
kind: ModelProject
metadata:
  name: churn                        # [a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?
  description: Who is about to leave
  owner: growth@example.com
spec:
  task: binary                       # binary | multiclass | regression
  data:
    source: { format: csv, uri: data/telco_churn.csv }     # csv | parquet | jsonl; relative path, file://, s3://, dvc:, postgres:
    key: customer_id                 # optional row identity
    target: { column: churn, positive: "Yes" }
    exclude: []
    sensitive: [female, senior_citizen]
    split: { holdout: 20, validation: 20, stratify: true, seed: 7 }   # percent; or { byTime: column }
    validation:                      # on top of the inferred schema
      - { column: tenure, min: 0, max: 100, missing: { max: 0 } }
      - { rows: { min: 1000 } }
  training:
    command: [python, train.py]      # run in the project's folder; any program that follows section 2
    image: null                      # container image for Kubernetes
    environment: { python: null, lock: null }
    parameters: { max_depth: 4, learning_rate: 0.1, n_estimators: 300 }
    seed: 7
    resources: { cpu: 1, memory: 2Gi, gpu: { count: 0, kind: null, shared: false }, sharedMemory: null }
    workers: 1                       # ranks; torchrun when > 1
    spot: { enabled: true, fallbackAfterPreemptions: 5 }
    checkpoint: { every: 50 }        # in the trainer's own steps
    deadline: 2h
    retry: { maximumAttempts: 3 }    # preemptions do not count
  sweep: null                        # { algorithm: grid|random|tpe|cmaes|asha|hyperband, trials, parallel, space, objectives, warmStart }
  evaluation:
    primary: { metric: rocAuc, goal: maximize }
    gates:
      - { metric: rocAuc, min: 0.82 }
      - { metric: demographicParityDifference, by: female, max: 0.1 }
      - { against: champion, test: pairedT, metric: accuracy, alpha: 0.05, margin: 0.01 }   # non-inferior
    slices: [contract, internet_service]
  approval: { required: false }      # { required: true, approvers: 2, roles: [approver], expiresAfter: 7d }
  serving:
    endpoint: churn
    processes: 2
    baseline: { constant: { label: "No", probability: 0.27 } }    # or { version: champion@previous }
    batching: { maxRows: 64, maxDelay: 2ms }
    sla: { latency: 50ms, confidence: null }
    log: { durability: relaxed, sample: 100, redact: [] }         # strict | relaxed
  rollout:
    strategy: canary                 # canary | linear | blueGreen | shadowOnly | abTest
    stickyKey: customer_id
    steps:
      - { shadow: { sample: 100, until: { requests: 500 } } }
      - { analysis: { metrics: [disagreement, latencyP99] } }
      - { setWeight: 5 }
      - { pause: { duration: 1m } }
      - { setWeight: 25 }
      - { analysis: { metrics: [errorRate, latencyP99, accuracy] } }
      - { setWeight: 50 }
      - { analysis: { metrics: [errorRate, latencyP99, accuracy] } }
    metrics:
      errorRate:  { role: guardrail, direction: lower, margin: 0.005, minimumSample: 200 }
      latencyP99: { role: guardrail, direction: lower, margin: 10ms, minimumSample: 200, hardLimit: 250ms }
      disagreement: { role: guardrail, direction: lower, hardLimit: 0.2, minimumSample: 200 }
      accuracy:   { role: decision, direction: higher, margin: 0.01, minimumSample: 400, maturity: 5m }
    deadline: 6h                     # reached without a decision: hold, then roll back; never promote
  monitors:
    - { name: drift, kind: drift, every: 1h, against: training, falseAlarmsPer: 30d }
  triggers:
    - { schedule: "0 3 * * 1", timezone: UTC }
    - { newData: true }
    - { drift: drift }
    - { degradation: { metric: rocAuc, below: 0.80 } }
  cooldown: 30m
`;

/** The shortest project there is. */
export const leastProject = `apiVersion: laurel/v1
kind: ModelProject
metadata: { name: tiny }
spec:
  task: binary
  data:
    source: { format: csv, uri: rows.csv }
    target: { column: y, positive: 1 }
  training: { command: [python, train.py] }
`;

import { knownDomains, limits } from './model-safety-limits.js';
import { quoted, refuse, shown } from './model-safety-refusal.js';

/** An operator that a body uses. */
interface Call {
  readonly operator: string;
  readonly domain: string;
  times: number;
}

/** The main graph, or a function that the model brings along, with everything nested in it. */
export interface Body {
  readonly name: string;
  nodes: number;
  /** By `callKey`. */
  readonly calls: Map<string, Call>;
}

export function emptyBody(name: string): Body {
  return { name, nodes: 0, calls: new Map() };
}

/** Identity of an operator or function; the two names of the standard domain are one. */
export function callKey({ domain, operator, overload }: Record<'domain' | 'operator' | 'overload', string>): string {
  return [domain === 'ai.onnx' ? '' : domain, operator, overload].join('\0');
}

/** Counts a node of `body`. */
export function addCall(body: Body, call: Record<'domain' | 'operator' | 'overload', string>): void {
  body.nodes += 1;
  const key = callKey(call);
  const known = body.calls.get(key);
  if (known === undefined) body.calls.set(key, { operator: call.operator, domain: call.domain, times: 1 });
  else known.times += 1;
}

/**
 * Refuses operators that neither onnxruntime nor a function of the model implements, functions that call themselves, and
 * functions whose inlining makes a small file a huge graph. Errors: `ModelUnsafe`.
 */
export function checkCalls(main: Body, functions: ReadonlyMap<string, Body>): void {
  for (const body of [main, ...functions.values()]) {
    for (const [key, call] of body.calls) {
      if (!functions.has(key)) checkOperator(call);
    }
  }
  const sizes = new Map<Body, number>();
  for (const body of functions.values()) inlinedNodes(body, { functions, sizes, path: [] });
  inlinedNodes(main, { functions, sizes, path: [] });
}

function checkOperator({ operator, domain }: Call): void {
  if (!knownDomains.includes(domain)) {
    const known = knownDomains.map((name) => `"${name}"`).join(', ');
    refuse(`${shown(operator)} is of the unknown operator domain ${quoted(domain)}; known are ${known}`);
  }
  if (domain === 'com.microsoft' && operator === 'EPContext')
    refuse('EPContext is a graph compiled for an accelerator that may lie in another file');
}

interface Inlining {
  readonly functions: ReadonlyMap<string, Body>;
  readonly sizes: Map<Body, number>;
  readonly path: readonly Body[];
}

/** Nodes of `body` with every called function in its place. */
function inlinedNodes(body: Body, inlining: Inlining): number {
  const { functions, sizes, path } = inlining;
  const known = sizes.get(body);
  if (known !== undefined) return known;
  if (path.includes(body)) refuse(`its function ${shown(body.name)} calls itself`);
  if (path.length > limits.callDepth) refuse(`its functions call each other more than ${limits.callDepth} deep`);
  let nodes = body.nodes;
  for (const [key, { times }] of body.calls) {
    const called = functions.get(key);
    if (called !== undefined) nodes += times * inlinedNodes(called, { ...inlining, path: [...path, body] });
    if (nodes > limits.nodes) refuse(`it has more than ${limits.nodes} nodes once its functions are inlined`);
  }
  sizes.set(body, nodes);
  return nodes;
}

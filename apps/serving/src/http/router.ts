import type { Handler, PathParams } from './exchange.js';

/** A handler and what the path gave it. */
export interface Match {
  readonly handler: Handler;
  /** The pattern of the path. */
  readonly route: string;
  readonly params: PathParams;
}

/** Methods that handlers answer; `HEAD` is answered as `GET` is, without the body. */
export type Method = 'GET' | 'POST' | 'PUT';

interface Route {
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/** Paths seen are remembered up to this many, so that a known path costs one look-up. */
const rememberedPaths = 1_000;

/**
 * Finds the handler of a method and path. A pattern is a path whose segments may hold a `:name`, also before or after a
 * colon as in `/v1/models/:model\\:predict`; a name takes one whole segment part and is percent-decoded.
 */
export class Router {
  readonly #routes = new Map<string, Route[]>();
  readonly #known = new Map<string, Map<string, Match>>();

  on(method: Method, pattern: string, handler: Handler): void {
    const routes = this.#routes.get(method) ?? [];
    routes.push({ pattern, segments: pattern.split('/'), handler });
    this.#routes.set(method, routes);
  }

  /** The match for a URL as the request line has it; `undefined` where nobody serves it. */
  find(method: string, url: string): Match | undefined {
    let known = this.#known.get(method);
    const before = known?.get(url);
    if (before !== undefined) return before;
    const match = this.#match(method, url);
    if (match === undefined) return undefined;
    if (known === undefined || known.size >= rememberedPaths) {
      known = new Map();
      this.#known.set(method, known);
    }
    known.set(url, match);
    return match;
  }

  /** The methods that somebody serves at a URL, for the header `Allow`; empty where nobody serves any. */
  methodsAt(url: string): readonly string[] {
    const methods = [...this.#routes.keys()].filter((method) => this.#match(method, url) !== undefined);
    return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  }

  #match(method: string, url: string): Match | undefined {
    const path = url.split('?', 1)[0] ?? url;
    const given = (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).split('/');
    for (const { pattern, segments, handler } of this.#routes.get(method === 'HEAD' ? 'GET' : method) ?? []) {
      const params = paramsOf(segments, given);
      if (params !== undefined) return { handler, params, route: pattern };
    }
    return undefined;
  }
}

function paramsOf(pattern: readonly string[], path: readonly string[]): PathParams | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const text = path[index] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== text) return undefined;
      continue;
    }
    const [, name = '', suffix = ''] = /^:(\w+)(.*)$/.exec(segment) ?? [];
    if (!text.endsWith(suffix) || text.length === suffix.length) return undefined;
    const given = text.slice(0, text.length - suffix.length);
    // What comes after a colon is a verb, as in `churn:predict`, and no part of a name.
    const value = given.includes(':') ? undefined : decoded(given);
    if (value === undefined) return undefined;
    params[name] = value;
  }
  return params;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audience } from '../http/route.js';
import type { ApiPorts } from '../ports.js';
import type { MlflowCaller } from './access.js';
import type { Arguments } from './arguments.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type ApiVersion = '2.0' | '3.0';

/** A call that was let in. */
export interface MlflowCall {
  readonly args: Arguments;
  /** What the path names, decoded once; `*` is what its asterisk stands for. */
  readonly path: Arguments;
  readonly ports: ApiPorts;
  /** `null` on routes that anybody may call. */
  readonly caller: MlflowCaller | null;
  readonly request: FastifyRequest;
}

interface RouteDeclaration {
  readonly method: Method | readonly Method[];
  /** Below `/api/<version>/`, for example `mlflow/runs/create`. */
  readonly path: string;
  /** 2.0 unless stated. */
  readonly versions?: readonly ApiVersion[];
  readonly allow: Audience;
}

/** A call of MLflow's REST API: arguments in, one JSON message out. */
export interface MlflowRoute extends RouteDeclaration {
  /** Bytes; MLflow's limit of a batch, 1 MB, unless stated. */
  readonly bodyLimit?: number;
  readonly answer: (call: MlflowCall) => Promise<object> | object;
}

/** A route whose body, in or out, is bytes: `request.body` is the stream as it comes, and the handler sends. */
export interface MlflowByteRoute extends RouteDeclaration {
  /** Bytes. */
  readonly bodyLimit: number;
  readonly handle: (call: MlflowCall & { readonly reply: FastifyReply }) => Promise<unknown>;
}

const defaultVersions: readonly ApiVersion[] = ['2.0'];

/** Every path of a route: MLflow serves its clients under `/api` and its pages under `/ajax-api`. */
export function pathsOf({ path, versions = defaultVersions }: RouteDeclaration): readonly string[] {
  return versions.flatMap((version) => [`/api/${version}/${path}`, `/ajax-api/${version}/${path}`]);
}

/** Everything below these is MLflow's: its routes, its errors. */
export const mlflowPrefixes: readonly string[] = (['2.0', '3.0'] as const).flatMap((version) => [
  `/api/${version}`,
  `/ajax-api/${version}`,
]);

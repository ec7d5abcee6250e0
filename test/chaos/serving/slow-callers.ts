import { connect, type Socket } from 'node:net';
import { inputName } from '../../bench/serving/fixtures.js';
import type { Target } from '../../bench/serving/http-connection.js';
import { endpoint } from './installation.js';
import { postJson } from './requests.js';

/** Callers that behave badly in one way. One whose connection is ended comes back, until they are stopped. */
export interface SlowCallers {
  /** Connections so far. */
  opened(): number;
  /** How many of them the server has ended. */
  ended(): number;
  /** Milliseconds for which the longest connection, over or not, has misbehaved. */
  longest(): number;
  stop(): void;
}

/** How one connection misbehaves; `since` says from when on, milliseconds, `null` while it does not yet. */
interface Behaviour {
  readonly every: number;
  readonly act: (socket: Socket, turn: number) => void;
  readonly since?: (socket: Socket) => number | null;
}

class Callers implements SlowCallers {
  readonly #target: Target;
  readonly #behaviour: Behaviour;
  readonly #open = new Map<Socket, number | null>();
  #opened = 0;
  #ended = 0;
  #longest = 0;
  #stopped = false;

  constructor(target: Target, count: number, behaviour: Behaviour) {
    this.#target = target;
    this.#behaviour = behaviour;
    for (let one = 0; one < count; one += 1) this.#connect();
  }

  opened(): number {
    return this.#opened;
  }

  ended(): number {
    return this.#ended;
  }

  longest(): number {
    const now = performance.now();
    return Math.max(this.#longest, ...[...this.#open.values()].map((since) => (since === null ? 0 : now - since)));
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #connect(): void {
    const socket = connect({ ...this.#target, noDelay: true });
    let timer: NodeJS.Timeout | undefined;
    socket.on('connect', () => {
      this.#opened += 1;
      timer = this.#misbehave(socket);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      const since = this.#open.get(socket) ?? null;
      this.#open.delete(socket);
      if (this.#stopped) return;
      this.#ended += 1;
      if (since !== null) this.#longest = Math.max(this.#longest, performance.now() - since);
      setTimeout(() => this.#stopped || this.#connect(), 100);
    });
  }

  #misbehave(socket: Socket): NodeJS.Timeout {
    const { every, act, since } = this.#behaviour;
    const start = performance.now();
    this.#open.set(socket, since === undefined ? start : null);
    let turn = 0;
    act(socket, turn);
    return setInterval(() => {
      turn += 1;
      act(socket, turn);
      if (since !== undefined) this.#open.set(socket, since(socket));
    }, every);
  }
}

const head = `POST /predict/${endpoint} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Padding: `;

/** Sends headers, one byte each 200 ms. */
export function dribbleHeaders(target: Target, count: number): SlowCallers {
  const act = (socket: Socket, turn: number) => {
    socket.resume().write(head[turn] ?? 'x');
  };
  return new Callers(target, count, { every: 200, act });
}

/** Announces a body and sends one byte of it each second. */
export function stallBodies(target: Target, count: number): SlowCallers {
  const start = `POST /predict/${endpoint} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n{`;
  const act = (socket: Socket, turn: number) => {
    socket.resume().write(turn === 0 ? start : ' ');
  };
  return new Callers(target, count, { every: 1_000, act });
}

/** An id is given back as it came: a long one makes an answer that is large and costs little. */
const longId = 'x'.repeat(200_000);

/** Sends requests with large answers, and never reads. They misbehave from when the server takes no more of them. */
export function neverRead(target: Target, count: number): SlowCallers {
  const inputs = [{ name: inputName, shape: [1, 1], datatype: 'FP32', data: [0.5] }];
  const request = postJson(`/v2/models/${endpoint}/infer`, { id: longId, inputs });
  const stuckSince = new WeakMap<Socket, number>();
  const act = (socket: Socket) => {
    if (socket.isPaused() && socket.writableNeedDrain) return;
    socket.pause();
    stuckSince.delete(socket);
    socket.write(request);
  };
  const since = (socket: Socket) => {
    if (!socket.writableNeedDrain) return null;
    const known = stuckSince.get(socket) ?? performance.now();
    stuckSince.set(socket, known);
    return known;
  };
  return new Callers(target, count, { every: 1_000, act, since });
}

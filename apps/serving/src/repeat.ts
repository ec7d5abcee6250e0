/** Work that is done again and again until it is stopped. */
export interface Repetition {
  /** Stops after the work in progress, if any. */
  stop(): Promise<void>;
}

/** Does `work` now and then every `milliseconds`, never twice at the same time. `work` must not reject. */
export function repeat(milliseconds: number, work: () => Promise<void>): Repetition {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const once = () => {
    if (busy) return;
    busy = true;
    running = work().finally(() => {
      busy = false;
    });
  };
  const timer = setInterval(once, milliseconds);
  once();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

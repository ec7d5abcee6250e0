const heartbeat = 30_000;

/** Numbered lines on standard error: `[2/5] Temporal: building with go (about 3 minutes, once)`. */
export function createProgress(total) {
  let number = 0;
  return {
    /** Runs one step; `action(say)` announces slow work and returns what is there in the end. */
    async step(title, action) {
      number += 1;
      const started = Date.now();
      const print = (text) => process.stderr.write(`[${number}/${total}] ${title}: ${text}\n`);
      let timer;
      const say = (text) => {
        print(text);
        clearInterval(timer);
        timer = setInterval(() => print(`still at it after ${spoken(Date.now() - started)}`), heartbeat);
      };
      try {
        const found = await action(say);
        print(timer ? `${found}, ready after ${spoken(Date.now() - started)}` : found);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

function spoken(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// Sorts what a trainer prints: protocol lines to events.jsonl, everything else to log.txt. Neither can fill the disk.
import { appendFileSync, renameSync, statSync } from 'node:fs';

const longestLine = 64 * 1024;
/** A full log becomes the older half of the log, in place of the half before it. */
const largestHalf = 16 * 1024 * 1024;
/** Beyond this size of events.jsonl a place is kept every 10 s instead of every 100 ms. */
const manyEvents = 16 * 1024 * 1024;
const mostWarnings = 1_000;
/** What is kept of the end of the log: enough for a traceback with what comes after it. */
const tail = { lines: 20, characters: 500 };

/**
 * Splits a stream into lines and hands over those of each chunk together. Of a line without end the beginning is kept, of a
 * line that is written over (a progress bar) the last state. `heard` is called for every chunk.
 */
export function onLines(stream, { take, heard }) {
  let rest = '';
  let cutting = false;
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    heard();
    const lines = (rest + text).split('\n');
    rest = afterReturn(lines.pop());
    if (lines.length > 0) {
      if (cutting) lines.shift();
      cutting = false;
      if (lines.length > 0) take(lines.map((line) => shortened(afterReturn(line))));
    }
    if (rest.length > longestLine) {
      if (!cutting) take([shortened(rest)]);
      cutting = true;
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '' && !cutting) take([rest]);
  });
}

function afterReturn(line) {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf('\r') + 1);
}

function shortened(line) {
  return line.length > longestLine ? `${line.slice(0, longestLine)} [the rest of this line is left out]` : line;
}

/** `mask` takes secrets out of a line; `moved` hears of each progress line, `talked` of every other output. */
export function openTrainerOutput({ events, log, mask, moved, talked }) {
  const logFile = openLog(log);
  const eventFile = openEvents(events);
  let lastLines = [];
  let failure = null;

  function toLog(lines) {
    const kept = lines.filter((line) => line.trim() !== '').map(mask);
    if (kept.length === 0) return;
    lastLines = [...lastLines, ...kept.slice(-tail.lines)].slice(-tail.lines);
    logFile.append(`${kept.join('\n')}\n`);
  }

  /** Tells whether the line was one of the protocol. What is kept of it is what the protocol knows. */
  function takeEvent(line) {
    const event = eventIn(line);
    const { step } = event ?? {};
    switch (event?.laurel) {
      case 'progress': {
        const { totalSteps, metrics } = event;
        if (Number.isFinite(step)) moved({ step, totalSteps: numberOrNull(totalSteps) });
        return eventFile.keep({ laurel: 'progress', step, totalSteps, metrics });
      }
      case 'checkpoint':
        return eventFile.keep({ laurel: 'checkpoint', step });
      case 'warning':
        return eventFile.warn({ laurel: 'warning', message: mask(textOf(event.message)) });
      case 'failure': {
        const { cause } = event;
        failure = JSON.stringify({ laurel: 'failure', cause, step, message: mask(textOf(event.message)) });
        return true;
      }
      default:
        return false;
    }
  }

  return {
    takePlain: toLog,
    takeProtocol: (lines) => toLog(lines.filter((line) => !takeEvent(line))),
    heard: talked,
    /** Something the supervisor itself has to say about the attempt. */
    note: (event) => eventFile.warn(event),
    flush: eventFile.flush,
    lastLines: () => lastLines.map((line) => line.trim().slice(0, tail.characters)),
    failure: () => failure,
  };
}

/** Of progress and checkpoints the newest is written, at most one of each per interval; of warnings the first thousand. */
function openEvents(path) {
  const waiting = new Map();
  let written = 0;
  let warnings = 0;
  let due = 0;

  function write(event) {
    const line = JSON.stringify(event);
    written += line.length;
    append(path, `${line}\n`);
  }
  function flush(all = false) {
    const now = performance.now();
    if (waiting.size === 0 || (!all && now < due)) return;
    due = now + (written > manyEvents ? 10_000 : 100);
    for (const event of waiting.values()) write(event);
    waiting.clear();
  }
  return {
    flush,
    keep(event) {
      waiting.delete(event.laurel);
      waiting.set(event.laurel, event);
      flush();
      return true;
    },
    warn(event) {
      warnings += 1;
      if (warnings > mostWarnings) return false;
      flush(true);
      write(event);
      return true;
    },
  };
}

function openLog(path) {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    append(text) {
      if (size > largestHalf) {
        size = 0;
        quietly(() => renameSync(path, `${path}.older`));
      }
      size += Buffer.byteLength(text);
      append(path, text);
    },
  };
}

function append(path, text) {
  quietly(() => appendFileSync(path, text));
}

/** A full disk costs log lines, not the training. */
function quietly(act) {
  try {
    act();
  } catch {
    // The supervisor has nowhere to say so.
  }
}

function eventIn(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOf(value) {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function numberOrNull(value) {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

// Sorts what a trainer prints: protocol lines to events.jsonl, everything else to log.txt.
import { appendFileSync, statSync } from 'node:fs';

const longestLine = 64 * 1024;
const largestLog = 32 * 1024 * 1024;

/** Splits a stream into lines and hands over those of each chunk together. A line without end is cut, not kept in memory. */
export function onLines(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    if (rest.length > longestLine) {
      lines.push(rest);
      rest = '';
    }
    if (lines.length > 0) take(lines);
  });
  stream.on('end', () => {
    if (rest !== '') take([rest]);
  });
}

export function openTrainerOutput({ events, log }) {
  let logged = sizeOf(log);
  let lastLine = '';

  function toLog(lines) {
    const kept = lines.filter((line) => line.trim() !== '').map((line) => line.slice(0, longestLine));
    if (kept.length === 0) return;
    lastLine = kept.at(-1).trim();
    if (logged > largestLog) return;
    const text = `${kept.join('\n')}\n`;
    logged += Buffer.byteLength(text);
    append(log, logged > largestLog ? `${text}The log is cut here: it has grown beyond 32 MB.\n` : text);
  }

  return {
    takePlain: toLog,
    takeProtocol(lines) {
      const found = lines.filter((line) => isEvent(line));
      if (found.length > 0) append(events, `${found.join('\n')}\n`);
      toLog(lines.filter((line) => !found.includes(line)));
    },
    lastLine: () => lastLine.slice(0, 500),
  };
}

/** A full disk costs log lines, not the training. */
function append(path, text) {
  try {
    appendFileSync(path, text);
  } catch {
    // The supervisor has nowhere to say so.
  }
}

function isEvent(line) {
  if (!line.startsWith('{')) return false;
  try {
    return typeof JSON.parse(line).laurel === 'string';
  } catch {
    return false;
  }
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

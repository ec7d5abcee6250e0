"""How fast a training goes and when it will be done."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 30.0

# Steps closer to each other than this are one entry: a fast loop would fill the memory with them.
GRAIN_SECONDS = 0.1


@dataclass
class Meter:
    """Throughput over the last half minute. ``now`` is a monotonic clock in seconds."""

    now: Callable[[], float] = time.monotonic
    _seen: deque = field(default_factory=deque)

    def start(self, step: int) -> None:
        """The training is at ``step`` and begins to move."""
        self._seen.append((self.now(), step, 0.0))

    def moved(self, step: int, rows: float | None) -> None:
        """A step over ``rows`` rows is done."""
        sofar = self._seen[-1][2] if self._seen else 0.0
        now = self.now()
        if len(self._seen) > 2 and now - self._seen[-2][0] < GRAIN_SECONDS:
            self._seen.pop()
        self._seen.append((now, step, sofar + (rows or 0.0)))
        while len(self._seen) > 2 and self._seen[-1][0] - self._seen[1][0] >= WINDOW_SECONDS:
            self._seen.popleft()

    def measures(self, total: int | None) -> dict[str, float]:
        """``stepsPerSecond``, ``rowsPerSecond`` where rows are counted, ``etaSeconds``; nothing before it moves."""
        if len(self._seen) < 2:
            return {}
        (began, first, rows_before), (ended, last, rows_after) = self._seen[0], self._seen[-1]
        seconds = ended - began
        if seconds <= 0 or last <= first:
            return {}
        speed = (last - first) / seconds
        found = {"stepsPerSecond": round(speed, 3)}
        if rows_after > rows_before:
            found["rowsPerSecond"] = round((rows_after - rows_before) / seconds, 1)
        if total is not None:
            found["etaSeconds"] = round(max(0, total - last) / speed, 1)
        return found

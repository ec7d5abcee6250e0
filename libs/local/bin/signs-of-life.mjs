// Whether a trainer moves. The rule is `signsAfter` of @laurel/domain, which a supervisor cannot import: it must start from
// the checkout alone. A property test holds the two together.

export function followSigns(now) {
  let signs = { at: now, step: null, finished: false };
  return {
    /** `place` is what a progress line said (`step`, `totalSteps` or null); null for other output. */
    heard(place, at) {
      const talkCounts = signs.step === null || signs.finished;
      if (place === null) {
        if (talkCounts) signs = { ...signs, at };
        return;
      }
      const moved = place.step !== signs.step;
      const finished = place.totalSteps !== null && place.step >= place.totalSteps;
      signs = { at: moved || talkCounts ? at : signs.at, step: place.step, finished };
    },
    silentFor: (at) => Math.max(0, at - signs.at),
  };
}

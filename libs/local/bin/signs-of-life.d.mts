/** The rule of `signsAfter` in `@laurel/domain`, for a supervisor that runs from the checkout alone. */
export function followSigns(now: number): {
  heard(place: { readonly step: number; readonly totalSteps: number | null } | null, at: number): void;
  silentFor(at: number): number;
};

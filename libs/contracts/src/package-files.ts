/** Files of a package that processes look for by name. */
export const packageFiles = {
  /** Sample of training rows for explanations: `{rows, columns: {[name]: cells}}`, the model's input columns only. */
  background: 'background.json',
} as const;

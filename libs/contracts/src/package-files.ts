/** Files of a package that processes look for by name. */
export const packageFiles = {
  model: 'model.onnx',
  /** Everything that was installed where the model was trained: `name==version` lines. */
  lock: 'environment.lock',
  /** What it takes to load the model in Python. */
  requirements: 'requirements.txt',
  /** Inputs and outputs as in the manifest. */
  signature: 'signature.json',
  /** CycloneDX bill of materials, made when the package is. */
  sbom: 'sbom.json',
  /** Sample of training rows for explanations: `{rows, columns: {[name]: cells}}`, the model's input columns only. */
  background: 'background.json',
} as const;

/** Files that prove a package; they lie beside those that its manifest lists. */
export const proofFiles = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  attestation: 'attestation.json',
} as const;

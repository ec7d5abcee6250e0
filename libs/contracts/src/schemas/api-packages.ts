import { z } from 'zod';
import { digest } from './api-common.js';

const packageFile = z.object({ path: z.string(), size: z.number().int(), sha256: z.string() });

export const packageVerification = z
  .object({
    digest,
    signedBy: z.string().meta({ description: 'Id of the Ed25519 key: 16 hex digits of the SHA-256 of its SPKI.' }),
    files: z.array(packageFile).meta({ description: 'Every file was read and hashes to this.' }),
    proofs: z.array(z.string()).meta({ description: 'Files that prove the package and lie beside the others.' }),
  })
  .meta({ id: 'PackageVerification' });
export type PackageVerificationView = z.infer<typeof packageVerification>;

export const packageFileQuery = z.object({
  path: z.string().min(1).max(300).meta({ description: 'As the verification lists it.', example: 'model.onnx' }),
});

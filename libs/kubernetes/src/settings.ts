/** Whose labels and taints mark capacity that can be taken away. */
export type SpotProvider = 'aks' | 'eks' | 'gke' | 'karpenter';

/** A taint that pods of trainers bear, as Kubernetes writes it. */
export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: 'Equal' | 'Exists' | undefined;
  readonly value?: string | undefined;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
  readonly tolerationSeconds?: number | undefined;
}

/** What a cluster has for trainers; the same for every project. */
export interface KubernetesSettings {
  readonly namespace: string;
  /** Image of projects whose `spec.training.image` names none. */
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Secrets with the credentials of registries. */
  readonly imagePullSecrets: readonly string[];
  /** Of the trainer's pods, which need no right on the API; `null` for the namespace's default. */
  readonly serviceAccount: string | null;
  /** `null`: the user that the image names, which must not be root. */
  readonly runAsUser: number | null;
  /** Claim with room for checkpoints, `ReadWriteMany` where nodes may change. */
  readonly checkpointClaim: string;
  /** Claim that keeps data sets by digest between jobs; `null`: each pod fetches its own. */
  readonly datasetClaim: string | null;
  readonly objectStore: {
    /** `file:///folder` or `s3://bucket/prefix`, as a pod reaches it. */
    readonly url: string;
    /** Secret whose entries (`AWS_ACCESS_KEY_ID`, …) become environment variables; `null` where the pod has a role. */
    readonly secret: string | null;
    /** Claim that is mounted at the folder of a `file:///` store; `null` where the nodes have it there. */
    readonly claim: string | null;
  };
  /** Claim with the projects' folders, where the code is not in the image; `null`: the image's own working directory. */
  readonly projects: { readonly claim: string | null; readonly mountPath: string } | null;
  readonly spot: SpotProvider | null;
  readonly nodeSelector: { readonly [label: string]: string };
  readonly tolerations: readonly Toleration[];
  readonly priorityClass: { readonly spot: string | null; readonly onDemand: string | null };
  /** Label of nodes whose value is the `kind` of their GPUs. */
  readonly gpuKindLabel: string;
  /** Kueue's local queue; jobs then start suspended, and Kueue admits them. */
  readonly queue: { readonly name: string; readonly priorityClass: string | null } | null;
  /** Between SIGTERM and SIGKILL. GKE's spot machines give 15 s whatever is asked for. */
  readonly graceSeconds: number;
  /** How long ended jobs stay when nobody removes them. */
  readonly keepSeconds: number;
  /** Largest size of a trainer's output folder; beyond it the kubelet ends the pod. */
  readonly outputBytes: number;
}

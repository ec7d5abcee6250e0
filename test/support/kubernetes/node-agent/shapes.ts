import type { V1Taint } from '@kubernetes/client-node';

/** A node to register. What is left out: 4 CPUs, 8 GiB, no GPU, no taint. */
export interface NodeSpec {
  readonly name: string;
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** `nvidia.com/gpu`; with `sharedGpus` also `nvidia.com/gpu.shared`. */
  readonly gpus?: number;
  readonly sharedGpus?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly V1Taint[];
}

/** What stands in for a container image: the variables, the folder and the program that it would bring. */
export interface Image {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly entrypoint?: readonly string[];
}

/** Where a container is in its life, as a kubelet tells it. Times are ISO 8601. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: string }
  | {
      readonly kind: 'terminated';
      readonly exitCode: number;
      readonly reason: string;
      readonly message?: string;
      readonly startedAt: string | null;
      readonly finishedAt: string;
    };

export type Terminated = ContainerState & { readonly kind: 'terminated' };

/** Containers of a pod by name. */
export type ContainerStates = ReadonlyMap<string, ContainerState>;

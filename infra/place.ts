import type * as pulumi from '@pulumi/pulumi';
import type { StackSettings } from './settings/stack-settings.ts';

/** Where resources are made: the settings of the stack, and the APIs that must be on before anything else. */
export interface Place {
  readonly settings: StackSettings;
  readonly apis: readonly pulumi.Resource[];
}

/** Options of a resource that can be made again from nothing. */
export function replaceable({ apis }: Place): pulumi.CustomResourceOptions {
  return { dependsOn: [...apis] };
}

/** Options of a resource whose loss is a loss of data or trust: Pulumi refuses to delete or replace it. */
export function protectedData({ apis }: Place): pulumi.CustomResourceOptions {
  return { dependsOn: [...apis], protect: true };
}

import type { ContainerService, TokenService } from "@bookend/mfa";

/** What a call acts on, looked up to see whose it is. */
export interface OwnedObjects {
  readonly tokens: Pick<TokenService, "find">;
  readonly containers: Pick<ContainerService, "find">;
}

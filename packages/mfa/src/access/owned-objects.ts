import type { ContainerService } from "../containers/types.js";
import type { TokenService } from "../tokens/types.js";

/** Finds tokens and containers, so that access rules can compare their owners with the caller. */
export interface OwnedObjects {
  readonly tokens: Pick<TokenService, "find">;
  readonly containers: Pick<ContainerService, "find">;
}

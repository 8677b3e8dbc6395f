import type { ContainerService } from "../containers/types.js";
import type { TokenService } from "../tokens/types.js";

/** The objects that a call acts on, with their owners. */
export interface OwnedObjects {
  readonly tokens: Pick<TokenService, "find">;
  readonly containers: Pick<ContainerService, "find">;
}

import { defineHandler, type Handler } from "@bookend/core";
import { enroll } from "./actions/enroll.js";
import type { TokenAdministration, TokenChoices } from "./token-administration.js";

/** What `token` is made from. */
export interface TokenHandlerOptions {
  /** The host's tokens. */
  readonly tokens: TokenAdministration;
  /** Names for forms and for warnings. Default: none. */
  readonly choices?: TokenChoices | undefined;
}

/** Enrols and changes tokens. The host needs `directories.tokens`. Source: privacyIDEA's token handler. */
export function token({ tokens, choices = {} }: TokenHandlerOptions): Handler {
  return defineHandler({
    id: "Token",
    description: "Enrols and changes tokens.",
    positions: ["pre", "post"],
    actions: {
      enroll: enroll(tokens, choices),
    },
  });
}

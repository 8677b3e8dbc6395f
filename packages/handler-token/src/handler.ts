import { randomInt as cryptoRandomInt } from "node:crypto";
import { defineHandler, type Handler } from "@bookend/core";
import { addTokengroup } from "./actions/add-tokengroup.js";
import { attachApplication } from "./actions/attach-application.js";
import { changeFailcounter } from "./actions/change-failcounter.js";
import { deleteToken } from "./actions/delete-token.js";
import { deleteTokeninfo } from "./actions/delete-tokeninfo.js";
import { disable } from "./actions/disable.js";
import { enable } from "./actions/enable.js";
import { enroll } from "./actions/enroll.js";
import { increaseTokeninfo } from "./actions/increase-tokeninfo.js";
import { removeTokengroup } from "./actions/remove-tokengroup.js";
import { setCountwindow } from "./actions/set-countwindow.js";
import { setDescription } from "./actions/set-description.js";
import { setFailcounter } from "./actions/set-failcounter.js";
import { setMaxFailcount } from "./actions/set-max-failcount.js";
import { setRandomPin } from "./actions/set-random-pin.js";
import { setTokeninfo } from "./actions/set-tokeninfo.js";
import { setTokenrealm } from "./actions/set-tokenrealm.js";
import { setValidity } from "./actions/set-validity.js";
import { unassign } from "./actions/unassign.js";
import type { TokenAdministration, TokenChoices } from "./token-administration.js";

/** Options of `token`. */
export interface TokenOptions {
  /** The host's tokens. */
  readonly tokens: TokenAdministration;
  /** Known names for forms and warnings. @default none */
  readonly choices?: TokenChoices | undefined;
  /**
   * Returns a random integer from 0 up to, but not including, its argument. Used for PINs. @default `randomInt` of
   * `node:crypto`
   */
  readonly randomInt?: ((below: number) => number) | undefined;
}

/** Enrolls and changes tokens. The host needs `directories.tokens`. Modeled on privacyIDEA's token handler. */
export function token({ tokens, choices = {}, randomInt = cryptoRandomInt }: TokenOptions): Handler {
  return defineHandler({
    id: "Token",
    description: "Enrolls and changes tokens.",
    positions: ["pre", "post"],
    actions: {
      "set tokenrealm": setTokenrealm(tokens, choices),
      delete: deleteToken(tokens),
      unassign: unassign(tokens),
      disable: disable(tokens),
      enable: enable(tokens),
      enroll: enroll(tokens, choices),
      "set description": setDescription(tokens),
      "set validity": setValidity(tokens),
      "set countwindow": setCountwindow(tokens),
      "set tokeninfo": setTokeninfo(tokens),
      "increase tokeninfo": increaseTokeninfo(tokens),
      "delete tokeninfo": deleteTokeninfo(tokens),
      "set failcounter": setFailcounter(tokens),
      "change failcounter": changeFailcounter(tokens),
      "set max failcount": setMaxFailcount(tokens),
      "set random pin": setRandomPin(tokens, randomInt),
      "add tokengroup": addTokengroup(tokens, choices),
      "remove tokengroup": removeTokengroup(tokens, choices),
      "attach application": attachApplication(tokens, choices),
    },
  });
}

import { flag, optionalText, text, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Options of `forward`. */
export const forwardOptions = z.strictObject({
  privacyIDEA: text().describe("Name of the server that receives the call."),
  realm: optionalText().describe("Realm that is sent instead of the call's realm."),
  resolver: optionalText().describe("Resolver that is sent instead of the call's resolver."),
  forward_client_ip: withDefault(flag(), false).describe(
    "Whether the client's address is sent as the parameter client.",
  ),
  forward_authorization_token: withDefault(flag(), false).describe(
    "Whether the Authorization header is forwarded as PI-Authorization.",
  ),
});

import { flag, optionalText, text, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Options of `forward`. */
export const forwardOptions = z.strictObject({
  privacyIDEA: text().describe("Name of the server that answers."),
  realm: optionalText().describe("Sent in place of the call's realm."),
  resolver: optionalText().describe("Sent in place of the call's resolver."),
  forward_client_ip: withDefault(flag(), false).describe("Send the client's address as the parameter client."),
  forward_authorization_token: withDefault(flag(), false).describe(
    "Pass the Authorization header on, as PI-Authorization.",
  ),
});

import {
  choice,
  flag,
  form,
  integer,
  optional,
  optionalText,
  secret,
  template,
  text,
  timedTemplate,
  withDefault,
} from "@bookend/zod";
import { z } from "zod";
import { additionalParams } from "./additional-params.js";
import { infoKey } from "./info-key.js";
import { type ValidityTime, validityTime } from "./validity-time.js";

/** Options of the actions that have none. */
export const noOptions = z.strictObject({});

/** Options of `set tokenrealm`. */
export const setTokenrealmOptions = z.strictObject({
  realm: text().describe("The realm."),
  only_realm: withDefault(flag(), false).describe("Whether the token is removed from all other realms. Default: no."),
});

const ofType = (tokentype: string) => form({ visibleIf: { option: "tokentype", value: tokentype } });

/** Options of `enroll`. */
export const enrollOptions = z.strictObject({
  tokentype: text().describe("Type of the token."),
  user: withDefault(flag(), false).describe(
    "Whether the token is assigned to the user of the call, or to the owner of the call's token. Default: no.",
  ),
  realm: optionalText().describe("Realm of the token."),
  dynamic_phone: withDefault(flag(), false)
    .meta(ofType("sms"))
    .describe(
      "Whether the owner's mobile number is looked up each time. Default: no, the user's current number is stored.",
    ),
  dynamic_email: withDefault(flag(), false)
    .meta(ofType("email"))
    .describe("Whether the owner's address is looked up each time. Default: no, the user's current address is stored."),
  smtp_identifier: optionalText().meta(ofType("email")).describe("Name of the SMTP server that sends the codes."),
  sms_identifier: optionalText().meta(ofType("sms")).describe("Name of the SMS gateway that sends the codes."),
  motppin: optional(secret()).meta(ofType("motp")).describe("The mOTP PIN."),
  container: withDefault(flag(), false).describe(
    "Whether the token is added to the container of the call. Default: no.",
  ),
  additional_params: optional(additionalParams()).describe(
    "Additional parameters as a mapping in JSON or YAML. They override the parameters from the other options. Default of genkey: 1.",
  ),
});

/** Parsed options of `enroll`. */
export type EnrollOptions = z.output<typeof enrollOptions>;

/** Options of `set description`. */
export const setDescriptionOptions = z.strictObject({
  description: withDefault(timedTemplate(), "").describe(
    "The description. {now} and {current_time} are the time of the call, optionally with an offset: {now} - 12d, {now}+2w. If empty, the description is removed.",
  ),
});

/** Parsed options of `set description`. */
export type SetDescriptionOptions = z.output<typeof setDescriptionOptions>;

/** Options of `set validity`. */
export const setValidityOptions = z
  .strictObject({
    "valid from": optional(validityTime()).describe(
      "The token cannot be used before this time. If empty, this limit does not change.",
    ),
    "valid till": optional(validityTime()).describe(
      "The token cannot be used after this time. If empty, this limit does not change.",
    ),
  })
  .refine((given) => given["valid from"] ?? given["valid till"], {
    path: ["valid till"],
    error: "must be given unless valid from is given",
  })
  .refine((given) => inOrder(given["valid from"], given["valid till"]), {
    path: ["valid till"],
    error: "must be later than valid from",
  });

/** Options of `set countwindow`. */
export const setCountwindowOptions = z.strictObject({
  "count window": integer({ min: 1, max: 1_000 })
    // an empty value is refused instead of meaning the default, since privacyIDEA's form requires a value
    .prefault(50)
    .describe("Number of OTPs that are checked ahead. Default: 50."),
});

/** Options of `set tokeninfo`. */
export const setTokeninfoOptions = z.strictObject({
  key: infoKey().describe("Name of the field."),
  value: withDefault(timedTemplate(), "").describe(
    "Value of the field. {now} and {current_time} are the time of the call, optionally with an offset: {now} - 12d, {now}+2w; {username} and {realm} are the user's.",
  ),
});

/** Parsed options of `set tokeninfo`. */
export type SetTokeninfoOptions = z.output<typeof setTokeninfoOptions>;

/** Options of `increase tokeninfo`. */
export const increaseTokeninfoOptions = z.strictObject({
  key: infoKey().describe("Name of the field. A missing field counts as 0."),
  increment: withDefault(integer(), 1).describe("The amount to add; can be negative. Default: 1."),
});

/** Options of `delete tokeninfo`. */
export const deleteTokeninfoOptions = z.strictObject({
  key: optional(infoKey()).describe("Name of the field. If empty, all fields are deleted."),
});

/** Options of `set failcounter`. */
export const setFailcounterOptions = z.strictObject({
  "fail counter": optional(integer()).describe("The new value. If empty, nothing changes."),
});

/** Parsed options of `set failcounter`. */
export type SetFailcounterOptions = z.output<typeof setFailcounterOptions>;

/** Options of `change failcounter`. */
export const changeFailcounterOptions = z.strictObject({
  "change fail counter": optional(integer()).describe("The amount to add: +n or -n. If empty, nothing changes."),
});

/** Parsed options of `change failcounter`. */
export type ChangeFailcounterOptions = z.output<typeof changeFailcounterOptions>;

/** Options of `set max failcount`. */
export const setMaxFailcountOptions = z.strictObject({
  "max failcount": integer({ min: 0 }).describe("The failcounter at which the token is locked."),
});

/** Options of `set random pin`. */
export const setRandomPinOptions = z.strictObject({
  length: withDefault(integer({ min: 1, max: 31 }), 6).describe("Length of the PIN in characters. Default: 6."),
});

/** Options of `add tokengroup` and `remove tokengroup`. */
export const tokengroupOptions = z.strictObject({ tokengroup: text().describe("Name of the group.") });

const ofApplication = (application: string) => form({ visibleIf: { option: "application", value: application } });

/** Options of `attach application`. */
export const attachApplicationOptions = z.strictObject({
  application: choice(["ssh", "offline", "luks"]).describe("What the token is used for."),
  "machine ID": optionalText().describe("The machine on which it is used. If empty, any machine."),
  service_id: optionalText().meta(ofApplication("ssh")).describe("The SSH service."),
  user: optional(template()).meta(ofApplication("ssh")).describe("The user who logs in with it."),
  count: optional(integer({ min: 1 }))
    .meta(ofApplication("offline"))
    .describe("Number of OTPs that the machine receives."),
  rounds: optional(integer({ min: 1 }))
    .meta(ofApplication("offline"))
    .describe("Number of rounds with which the machine hashes them."),
  slot: optional(integer({ min: 0, max: 31 }))
    .meta(ofApplication("luks"))
    .describe("The key slot."),
  partition: optionalText().meta(ofApplication("luks")).describe("The encrypted partition, such as /dev/sda3."),
});

/** Parsed options of `attach application`. */
export type AttachApplicationOptions = z.output<typeof attachApplicationOptions>;

/** Returns false if the end is known not to be later than the beginning. */
function inOrder(from: ValidityTime | undefined, until: ValidityTime | undefined): boolean {
  // a refused time is still a string, since zod runs this check even then
  if (typeof from !== "object" || typeof until !== "object") return true;
  if ("at" in from) return !("at" in until) || from.at < until.at;
  return !("after" in until) || from.after < until.after;
}

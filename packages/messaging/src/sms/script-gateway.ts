import { z } from "zod";
import { line, milliseconds, parseConfig, wholeNumber } from "../config.js";
import { startDeadline } from "../deadline.js";
import { MessagingError } from "../errors.js";
import { createSlots } from "../slots.js";
import { numberRewriting, phoneNumber } from "./phone-number.js";
import { runScript } from "./run-script.js";
import { scriptFile } from "./script-file.js";
import type { SmsGateway } from "./sms-gateway.js";
import { trackedGateway } from "./tracked-gateway.js";

/** A script that sends short messages. Numbers may be strings. */
export const scriptGatewayConfig = z.strictObject({
  kind: z.literal("script"),
  script: line().describe("Name of an executable in the script directory."),
  timeoutMs: milliseconds().prefault(30_000).describe("Then TERM."),
  graceMs: milliseconds().prefault(2_000).describe("From TERM to KILL."),
  concurrency: wholeNumber(1, 100).prefault(8).describe("Scripts at once."),
  rewrite: numberRewriting.optional(),
});

/** What {@link scriptGatewayConfig} takes. */
export type ScriptGatewayConfig = z.input<typeof scriptGatewayConfig>;

/**
 * Sends through a script: the number is its only argument, the text its standard input. The number is digits with a plus
 * in front or not, so that it is never an option. Exit code 0 means that the message was taken.
 *
 * @throws MessagingError `INVALID_CONFIG`, and `SCRIPT_REFUSED` for a script that must not be run
 */
export function scriptGateway(config: ScriptGatewayConfig, { directory }: { directory: string }): SmsGateway {
  const { script, timeoutMs, graceMs, concurrency, rewrite } = parseConfig(scriptGatewayConfig, config);
  const slots = createSlots(concurrency);
  scriptFile(directory, script);
  return trackedGateway("script", async ({ to, text, signal }) => {
    const args = [phoneNumber(to, rewrite)];
    const notSent = () => new MessagingError("TIMEOUT", `${script}: not sent: too many scripts at once.`);
    const wait = startDeadline(signal, timeoutMs, notSent);
    try {
      await slots.run(wait.signal, () => {
        wait.end();
        // once more: the file may be another one by now
        return runScript(scriptFile(directory, script), script, { args, input: text, timeoutMs, graceMs, signal });
      });
    } finally {
      wait.end();
    }
    return {};
  });
}

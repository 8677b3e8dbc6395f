import { createScriptRunner, findScript, ProcessError, type ScriptEnd } from "@bookend/process";
import { z } from "zod";
import { deadline, line, milliseconds, parseConfig, wholeNumber } from "../config.js";
import { aborted, unsent } from "../deadline.js";
import { MessagingError } from "../errors.js";
import { numberReading, phoneNumber } from "../phone-number.js";
import type { SmsGateway } from "./sms-gateway.js";
import { trackedGateway } from "./tracked-gateway.js";

/** A script that sends short messages. Numbers may be strings. */
export const scriptGatewayConfig = z.strictObject({
  kind: z.literal("script"),
  script: line().describe("Name of an executable file in the script directory."),
  timeoutMs: milliseconds()
    .prefault(30_000)
    .describe("Time that the script may run before its process group gets TERM."),
  graceMs: milliseconds().prefault(2_000).describe("Time from TERM to KILL."),
  concurrency: wholeNumber(1, 100).prefault(8).describe("Maximum number of scripts that run at the same time."),
  deadlineMs: deadline(60_000),
  ...numberReading,
});

/** Input of {@link scriptGatewayConfig}. */
export type ScriptGatewayConfig = z.input<typeof scriptGatewayConfig>;

/** Maximum number of messages that wait for a gateway's scripts. */
const maxWaiting = 1_000;

/** Maximum number of characters of standard error in an error message. */
const maxStderr = 200;

/**
 * Creates a gateway that sends through a script: the number is its only argument, the text its standard input. The
 * number consists of digits, optionally after a plus sign, so it is never read as an option. Exit code 0 means that the
 * message was accepted.
 *
 * @throws {MessagingError} INVALID_CONFIG, or SCRIPT_REFUSED if the script must not be run
 */
export function scriptGateway(config: ScriptGatewayConfig, { directory }: { directory: string }): SmsGateway {
  const settings = parseConfig(scriptGatewayConfig, config);
  const { script, timeoutMs, graceMs, concurrency, deadlineMs } = settings;
  const runner = createScriptRunner({ directory, timeoutMs, killAfterMs: graceMs, concurrency, maxWaiting });
  const file = findScript(directory, script);
  if ("refusal" in file)
    throw new MessagingError("SCRIPT_REFUSED", `script: ${JSON.stringify(script)}: ${file.refusal}.`);
  return trackedGateway({
    kind: "script",
    peer: script,
    deadlineMs,
    graceMs,
    async send({ to, text, signal }) {
      const task = { args: [phoneNumber(to, settings)], input: text, signal };
      const end = await runner.run(script, task).catch((error: unknown) => {
        throw asMessagingError(error, script);
      });
      const failure = failureOf(end, text);
      if (failure) throw new MessagingError(failure.code, `${script}: the script ${failure.said}.`);
      return {};
    },
  });
}

function failureOf({ failure, reason, stderr }: ScriptEnd, text: string) {
  switch (failure) {
    case undefined:
      return undefined;
    case "timeout":
      return { code: "TIMEOUT", said: reason } as const;
    case "aborted":
      return { code: "ABORTED", said: reason } as const;
    case "exit": {
      const line = text === "" ? stderr : stderr.replaceAll(text, "***");
      return { code: "SCRIPT_FAILED", said: line ? `${reason}: ${line.slice(0, maxStderr)}` : reason } as const;
    }
  }
}

function asMessagingError(error: unknown, script: string): unknown {
  if (!(error instanceof ProcessError)) return error;
  switch (error.code) {
    case "ABORTED":
      // the signal aborted before the script was started
      return unsent(aborted());
    case "SCRIPT_REFUSED":
      return new MessagingError("SCRIPT_REFUSED", `${script}: the script ${error.message}.`);
    case "TOO_MANY_SCRIPTS":
      return new MessagingError("TIMEOUT", `${script}: not sent: ${error.message}.`, { uncertain: false });
    default:
      return new MessagingError("SCRIPT_FAILED", `${script}: the script ${error.message}.`);
  }
}

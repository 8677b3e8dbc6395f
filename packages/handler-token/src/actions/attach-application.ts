import { type ActionContext, defineAction } from "@bookend/core";
import { choice, form, integer, optional, optionalText, template } from "@bookend/zod";
import { z } from "zod";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

const only = (application: string) => form({ visibleIf: { option: "application", value: application } });

/** Options of `attach application`. */
const options = z.strictObject({
  application: choice(["ssh", "offline", "luks"]).describe("What the token is used for."),
  "machine ID": optionalText().describe("The machine it is used on. None: any."),
  service_id: optionalText().meta(only("ssh")).describe("The SSH service."),
  user: optional(template()).meta(only("ssh")).describe("Who logs in by it."),
  count: optional(integer({ min: 1 }))
    .meta(only("offline"))
    .describe("How many OTPs are given to the machine."),
  rounds: optional(integer({ min: 1 }))
    .meta(only("offline"))
    .describe("Rounds by which the machine hashes them."),
  slot: optional(integer({ min: 0, max: 31 }))
    .meta(only("luks"))
    .describe("The key slot."),
  partition: optionalText().meta(only("luks")).describe("The encrypted partition, such as /dev/sda3."),
});

type AttachOptions = z.output<typeof options>;

/** `attach application`: says what the token is used for on a machine. Options of other applications are not looked at. */
export function attachApplication(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Attaches the token to an application of a machine.",
    options,
    changes: ["tokens"],
    choices: choicesOf({ "machine ID": choices.machines }),
    async run(context: ActionContext<AttachOptions>) {
      const { application, "machine ID": machineId } = context.options;
      const attached = { application, machineId, options: present(await ownOptions(context)) };
      return changeTokens(context, (serial) => tokens.attachApplication(serial, attached));
    },
  });
}

async function ownOptions({ options: given, render }: ActionContext<AttachOptions>) {
  const { application, service_id, user, count, rounds, slot, partition } = given;
  if (application === "ssh") return { service_id, user: user && (await render(user)) };
  return application === "offline" ? { count, rounds } : { slot, partition };
}

function present(given: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  const known = Object.entries(given).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

import { type ActionContext, defineAction } from "@bookend/core";
import { changeTokens } from "../change-tokens.js";
import { choicesOf } from "../choices-of.js";
import { type AttachApplicationOptions, attachApplicationOptions } from "../options.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/**
 * `attach application`: attaches the token to an application of a machine. Options of other applications are ignored.
 */
export function attachApplication(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Attaches the token to an application of a machine.",
    options: attachApplicationOptions,
    changes: ["tokens"],
    choices: choicesOf({ "machine ID": choices.machines }),
    async run(context) {
      const { application, "machine ID": machineId } = context.options;
      const attached = { application, machineId, options: present(await ownOptions(context)) };
      return changeTokens(context, (serial) => tokens.attachApplication(serial, attached));
    },
  });
}

async function ownOptions({ options: given, render }: ActionContext<AttachApplicationOptions>) {
  const { application, service_id, user, count, rounds, slot, partition } = given;
  if (application === "ssh") return { service_id, user: user && (await render(user)) };
  return application === "offline" ? { count, rounds } : { slot, partition };
}

function present(given: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  const known = Object.entries(given).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

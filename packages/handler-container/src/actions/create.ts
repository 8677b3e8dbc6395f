import {
  type ActionCheckContext,
  type ActionContext,
  defineAction,
  done,
  failed,
  type Outcome,
  secretTagProblems,
} from "@bookend/core";
import { choice, flag, template, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type ContainerAdministration, containerTypes } from "../container-administration.js";
import { userOfCall } from "../user-of-call.js";

/** Options of `create`. */
const options = z.strictObject({
  type: choice(containerTypes).describe("Type of the container."),
  description: withDefault(template({ minLength: 0 }), "").describe("Description of the container."),
  user: withDefault(flag(), false).describe("Assign it to the user of the call. Default: no."),
  token: withDefault(flag(), false).describe("Put the token of the call into it. Default: no."),
});

type CreateOptions = z.output<typeof options>;

/** `create`: creates a container. */
export function create(containers: ContainerAdministration) {
  return defineAction({
    description: "Creates a container.",
    options,
    changes: ["containers"],
    check: (context: ActionCheckContext<CreateOptions>) =>
      secretTagProblems("description", context.options.description, "whoever sees the container could read it"),
    async run(context: ActionContext<CreateOptions>): Promise<Outcome> {
      const { type, description, user: assigned, token } = context.options;
      const user = assigned ? await userOfCall(context) : null;
      if (assigned && !user) return failed("The call has no user.");
      const tokens = token ? await tokensOfCall(context) : [];
      if (token && tokens.length === 0) return failed("The call has no token.");
      const { serial } = await containers.create({
        type,
        description: await context.render(description),
        user: user ?? undefined,
        tokens,
      });
      return done({ details: { serial } });
    },
  });
}

/** Serials of each token that the call names; of one that names none, that of the only token of its user. */
async function tokensOfCall({ facts }: ActionContext<CreateOptions>): Promise<readonly string[]> {
  const existing = await facts.existingTokens();
  return facts.serials.length > 0 || existing.length === 1 ? existing.map(({ serial }) => serial) : [];
}

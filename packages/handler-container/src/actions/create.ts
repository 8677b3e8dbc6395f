import {
  type ActionCheckContext,
  type ActionContext,
  defineAction,
  done,
  failed,
  secretTagProblems,
} from "@bookend/core";
import type { ContainerAdministration } from "../container-administration.js";
import { type CreateOptions, createOptions } from "../options.js";
import { userOfCall } from "../user-of-call.js";

/** `create`: creates a container. */
export function create(containers: ContainerAdministration) {
  return defineAction({
    description: "Creates a container.",
    options: createOptions,
    changes: ["containers"],
    check: (context: ActionCheckContext<CreateOptions>) =>
      secretTagProblems("description", context.options.description, "anyone who sees the container could read it"),
    async run(context) {
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

/** Returns the serials of the tokens that the call names. If it names none, the serial of its user's only token. */
async function tokensOfCall({ facts }: ActionContext<CreateOptions>): Promise<readonly string[]> {
  const existing = await facts.existingTokens();
  return facts.serials.length > 0 || existing.length === 1 ? existing.map(({ serial }) => serial) : [];
}

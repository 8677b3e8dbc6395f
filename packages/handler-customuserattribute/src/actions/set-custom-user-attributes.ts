import {
  type ActionCheckContext,
  type ActionContext,
  defineAction,
  failed,
  type Outcome,
  type Problem,
  secretTags,
} from "@bookend/core";
import { chosenUser } from "../chosen-user.js";
import { type SetOptions, setOptions } from "../options.js";
import type { UserAttributes } from "../user-attributes.js";

/** `set_custom_user_attributes`: sets or overwrites an attribute of a user. */
export function setCustomUserAttributes(attributes: UserAttributes) {
  return defineAction({
    description: "Sets a custom attribute of a user.",
    options: setOptions,
    changes: ["user"],
    check: ({ options }: ActionCheckContext<SetOptions>) => secretProblems(options.attrvalue.tags),
    async run(context: ActionContext<SetOptions>): Promise<Outcome | undefined> {
      const { attrkey, attrvalue } = context.options;
      const user = await chosenUser(context);
      if (!user) return failed("There is no such user.");
      await attributes.set(user, attrkey, await context.render(attrvalue));
      return undefined;
    },
  });
}

function secretProblems(tags: ReadonlySet<string>): readonly Problem[] {
  const found = [...tags].filter((tag) => secretTags.has(tag)).map((tag) => `{${tag}}`);
  if (found.length === 0) return [];
  const message = `options.attrvalue has ${found.join(", ")}: whoever sees the user's attributes reads it.`;
  return [{ severity: "warning", code: "SECRET_TAG", field: "options.attrvalue", message }];
}

import { optionsJsonSchemaOf } from "@bookend/core";
import { expect, it } from "vitest";
import { testServer } from "./test-server.js";

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
}

/** The part of a Standard Schema result that is read. */
interface StandardResult {
  readonly issues?: readonly { readonly path?: readonly unknown[] | undefined }[] | undefined;
}

/** Returns whether an option is a boolean, an integer or a choice. Forms send "" if such an option is left blank. */
function isNotText({ type = [], enum: choices }: Property): boolean {
  return choices !== undefined || [type].flat().some((name) => name === "boolean" || name === "integer");
}

it("an optional boolean, integer or choice that a form left blank is not set, in all modules", async () => {
  const server = await testServer();
  const seen: string[] = [];
  const refused: string[] = [];
  for (const { id, actions } of server.bookend.registry.handlers.values()) {
    for (const [name, action] of Object.entries(actions)) {
      const { properties = {}, required = [] } = optionsJsonSchemaOf(action) as {
        properties?: Record<string, Property>;
        required?: readonly string[];
      };
      for (const [option, property] of Object.entries(properties)) {
        if (required.includes(option) || !isNotText(property)) continue;
        // privacyIDEA requires this option, so that a blank value is refused
        if (option === "count window") continue;
        seen.push(`${id}:${name} ${option}`);
        const blames = async (given: object) => {
          const result: StandardResult = await action.options["~standard"].validate(given);
          return result.issues?.some(({ path }) => path?.[0] === option) === true;
        };
        // some options are also reported if nothing at all is given
        if ((await blames({ [option]: "" })) && !(await blames({}))) refused.push(`${id}:${name} ${option}`);
      }
    }
  }
  expect(refused).toEqual([]);
  expect(seen).toEqual(expect.arrayContaining(["RequestMangler:set reset_user", "WebHook:post_webhook replace"]));
  expect(seen.filter((name) => name.startsWith("Federation:"))).toHaveLength(2);
});

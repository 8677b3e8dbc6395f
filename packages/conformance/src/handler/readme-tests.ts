import { equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { optionsJsonSchemaOf } from "@bookend/core";
import { actionsOf, propertiesOf } from "./description-tests.js";
import type { HandlerTest } from "./handler-test.js";
import { examplesOf, problemOfExample } from "./run-example.js";

/** Tests that the README documents everything. */
export const readmeTests: readonly HandlerTest[] = [
  {
    name: "has a README that names each action and each option",
    run({ handler }, { readme }) {
      if (!readme) return;
      const text = readFileSync(readme, "utf8");
      for (const [name, action] of actionsOf(handler)) {
        ok(text.includes(name), `README.md does not name the action ${name}`);
        for (const [option] of propertiesOf(optionsJsonSchemaOf(action))) {
          ok(text.includes(`\`${option}\``), `README.md does not name \`${option}\`, an option of ${name}`);
        }
      }
    },
  },
  {
    name: "has a README whose example runs and prints the documented output",
    async run(_bed, { readme, nodeArguments = [] }) {
      if (!readme) return;
      const examples = examplesOf(readFileSync(readme, "utf8"));
      ok(examples.length > 0, "README.md has no `ts` code block that begins with // example.ts");
      for (const example of examples) equal(await problemOfExample(example, readme, nodeArguments), undefined);
    },
  },
];

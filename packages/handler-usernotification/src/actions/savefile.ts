import { defineAction, done, escapeFileName, isSecretTag, secretTagProblems } from "@bookend/core";
import type { BodySource } from "../body.js";
import { savefileOptions } from "../options.js";
import { refusable } from "../refusal.js";
import { writeToSpool } from "../spool.js";

/** The dependencies of `savefile`. */
export interface SavefileServices {
  readonly spoolDirectory: string;
  readonly bodies: BodySource;
  readonly randomName: () => string;
}

/** `savefile`: writes a file into the spool directory. */
export function savefile({ spoolDirectory, bodies, randomName }: SavefileServices) {
  return defineAction({
    deliveries: [],
    notDurable: "savefile always writes the file during the call",
    description: "Saves a file.",
    options: savefileOptions,
    changes: [],
    async check({ options }) {
      const { template, problems } = await bodies.check(options.body);
      const danger = "anyone who can read the spool directory could read it";
      return [
        ...problems,
        ...secretTagProblems("filename", options.filename, danger),
        ...secretTagProblems("body", template, danger),
      ];
    },
    run: refusable(async ({ options, render, signal }) => {
      const name = await render(options.filename, { escape: escapeFileName, values: { random: randomName() } });
      const content = await render(await bodies.load(options.body));
      await writeToSpool(spoolDirectory, name, content, signal);
      const secret = [...options.filename.tags].some(isSecretTag);
      return done(secret ? {} : { details: { file: name } });
    }),
  });
}

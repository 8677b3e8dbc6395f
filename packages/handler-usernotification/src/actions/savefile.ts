import { defineAction, done, escapeFileName } from "@bookend/core";
import type { BodySource } from "../body.js";
import { savefileOptions } from "../options.js";
import { refusable } from "../refusal.js";
import { hasSecrets, secretProblems } from "../secret-problems.js";
import { writeToSpool } from "../spool.js";

/** What `savefile` works with. */
export interface SavefileServices {
  readonly spoolDirectory: string;
  readonly bodies: BodySource;
  readonly randomName: () => string;
}

/** `savefile`: writes a file into the spool directory. */
export function savefile({ spoolDirectory, bodies, randomName }: SavefileServices) {
  return defineAction({
    description: "Saves a file.",
    options: savefileOptions,
    changes: [],
    async check({ options }) {
      const { template, problems } = await bodies.check(options.body);
      const danger = "everybody who can read the spool directory could read it";
      return [
        ...problems,
        ...secretProblems("filename", options.filename, danger),
        ...secretProblems("body", template, danger),
      ];
    },
    run: refusable(async ({ options, render, signal }) => {
      const name = await render(options.filename, { escape: escapeFileName, values: { random: randomName() } });
      const content = await render(await bodies.load(options.body));
      await writeToSpool(spoolDirectory, name, content, signal);
      return done(hasSecrets(options.filename) ? {} : { details: { file: name } });
    }),
  });
}

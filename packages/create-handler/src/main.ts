#!/usr/bin/env node
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { askForAnswers } from "./ask-for-answers.js";
import { createHandler } from "./create-handler.js";
import { type HandlerAnswers, HandlerAnswersError } from "./handler-answers.js";

const help = `npm create @bookend/handler [NAME] [-- options]

  --actions a,b        names of the actions; default: send_message
  --positions pre,post where the actions run; default: both
  --package NAME       name of the npm package; default: bookend-handler-NAME
  --directory PATH     the directory to create; default: the package's name
  --help
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const answers = answersOf(args);
    if (answers === "help") {
      console.log(help);
      return 0;
    }
    const complete = answers.name === undefined ? await asked(answers) : { ...answers, name: answers.name };
    if (complete === undefined) return 1;
    const { packageName, directory, files } = await createHandler(complete);
    console.log(`${packageName}: ${files.length} files in ${directory}\n`);
    console.log(`  cd ${relative(process.cwd(), directory) || "."}\n  npm install\n  npm test`);
    return 0;
  } catch (error) {
    if (!(error instanceof HandlerAnswersError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function answersOf(args: string[]): (Omit<HandlerAnswers, "name"> & { readonly name?: string }) | "help" {
  const list = (value: string | undefined) => value?.split(",").map((one) => one.trim());
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        actions: { type: "string" },
        positions: { type: "string" },
        package: { type: "string" },
        directory: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) return "help";
    const [name, ...more] = positionals;
    if (more.length > 0) throw new HandlerAnswersError(`name: there are ${positionals.length} names. Allowed: one.`);
    return {
      ...(name !== undefined && { name }),
      actions: list(values.actions),
      positions: list(values.positions),
      packageName: values.package,
      directory: values.directory,
    };
  } catch (error) {
    if (error instanceof TypeError) throw new HandlerAnswersError(`${error.message}\n\n${help}`);
    throw error;
  }
}

async function asked(answers: Omit<HandlerAnswers, "name">): Promise<HandlerAnswers | undefined> {
  if (!process.stdin.isTTY) {
    throw new HandlerAnswersError("name: the value is missing. Allowed: npm create @bookend/handler NAME.");
  }
  return askForAnswers(answers);
}

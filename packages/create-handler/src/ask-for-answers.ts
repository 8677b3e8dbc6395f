import { cancel, isCancel, multiselect, text } from "@clack/prompts";
import { actionsProblem, type HandlerAnswers, nameProblem } from "./handler-answers.js";

/** Prompts for what the command line does not specify; undefined if the user cancels. */
export async function askForAnswers(given: Omit<HandlerAnswers, "name">): Promise<HandlerAnswers | undefined> {
  const name = await text({
    message: "What is the name of the handler?",
    placeholder: "slack",
    validate: (value) => nameProblem(value ?? ""),
  });
  if (isCancel(name)) return cancelled();
  const actions =
    given.actions ??
    (await text({
      message: "Which actions does it have? Separate names with commas.",
      initialValue: "send_message",
      validate: (value) => actionsProblem(listOf(value ?? ""), name),
    }));
  if (isCancel(actions)) return cancelled();
  const positions =
    given.positions ??
    (await multiselect({
      message: "Where do its actions run?",
      options: [
        { value: "pre", label: "pre", hint: "before the call" },
        { value: "post", label: "post", hint: "after it" },
      ],
      initialValues: ["pre", "post"],
      required: true,
    }));
  if (isCancel(positions)) return cancelled();
  return { ...given, name, actions: typeof actions === "string" ? listOf(actions) : actions, positions };
}

function listOf(value: string): readonly string[] {
  return value.split(",").map((one) => one.trim());
}

function cancelled(): undefined {
  cancel("Nothing was created.");
  return undefined;
}

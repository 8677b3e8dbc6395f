import { readFileSync } from "node:fs";
import { type RecordedState, worldOf } from "@bookend/conformance";
import { BindingInvalidError, createBookend, memoryBindings } from "@bookend/core";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logging } from "../src/index.js";

interface RecordedCase {
  readonly id: number;
  readonly action: string;
  readonly options: Record<string, unknown>;
  readonly state: RecordedState;
  readonly after: { readonly log: readonly LogEntry[] };
  readonly note?: string;
}

interface LogEntry {
  readonly logger: string;
  readonly level: string;
  readonly message: string;
}

const cases: readonly RecordedCase[] = JSON.parse(
  readFileSync(new URL("fixtures/logging.json", import.meta.url), "utf8"),
);

/** Cases whose log handlers.md contradicts, each with the message that we write instead. */
const otherMessage: Readonly<Record<number, { message: string; because: string }>> = {
  410: { message: "      ", because: "section 9: a tag without a value is an empty string" },
  413: { message: "{", because: "section 12: a brace that is not a tag is literal" },
  414: { message: "{0}", because: "section 12: a brace that is not a tag is literal" },
  417: { message: "{serial!r:>12}", because: "section 12: nothing stands between the name of a tag and its braces" },
  433: { message: "A,B|", because: "section 9: a tag without a value is an empty string" },
};

/** Cases that handlers.md refuses when they are saved, with the field that is wrong. */
const refused: Readonly<Record<number, { field: string; because: string }>> = {
  412: { field: "options.message", because: "section 12: a tag that does not exist is refused when saved" },
  422: { field: "options.level", because: "section 9: level is one of ERROR, WARNING, INFO, DEBUG" },
  423: { field: "options.level", because: "section 9: level is one of ERROR, WARNING, INFO, DEBUG" },
  424: { field: "options.level", because: "section 9: level is one of ERROR, WARNING, INFO, DEBUG" },
  425: { field: "options.level", because: "section 9: level is one of ERROR, WARNING, INFO, DEBUG" },
  430: { field: "action", because: "section 9: the action is called logging" },
};

const levels: Readonly<Record<number, string>> = { 50: "ERROR", 40: "WARNING", 30: "INFO", 20: "DEBUG" };

function host({ action, options, state }: RecordedCase) {
  const world = worldOf(state);
  const entries: LogEntry[] = [];
  const write = (line: string) => {
    const { name, level, msg } = JSON.parse(line);
    entries.push({ logger: name, level: levels[level] ?? "", message: msg });
  };
  const bookend = createBookend({
    handlers: [logging({ logger: pino({ level: "debug" }, { write }) })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
  });
  const add = () =>
    bookend.bindings.add({ name: "log", events: ["token_disable"], handler: "Logging", action, options });
  return { add, run: () => bookend.handle(world.call("token_disable"), world.response), entries };
}

describe("recorded cases of Logging", () => {
  it.each(cases.filter(({ id }) => !refused[id]))("$id $options $note", async (recorded) => {
    const { add, run, entries } = host(recorded);
    await add();
    await run();
    const other = otherMessage[recorded.id];
    const expected = other ? [{ logger: "pi-eventlogger", level: "INFO", message: other.message }] : recorded.after.log;
    expect(entries).toEqual(expected);
  });

  it.each(cases.filter(({ id }) => refused[id]))("$id $action $options is refused when saved", async (recorded) => {
    const error = await host(recorded)
      .add()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BindingInvalidError);
    expect((error as BindingInvalidError).problems.map(({ field }) => field)).toEqual([refused[recorded.id]?.field]);
  });
});

import { describeRecordedCases } from "@bookend/test-kit";
import { pino } from "pino";
import { logging } from "../src/index.js";

interface LogEntry {
  readonly logger: string;
  readonly level: string | undefined;
  readonly message: string;
}

const levels: Readonly<Record<number, string>> = { 50: "ERROR", 40: "WARNING", 30: "INFO", 20: "DEBUG" };

describeRecordedCases<{ readonly log: readonly LogEntry[] }>({
  handler: "Logging",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 18,
  event: "token_disable",
  prepare() {
    const log: LogEntry[] = [];
    const write = (line: string) => {
      const { name, level, msg } = JSON.parse(line);
      log.push({ logger: name, level: levels[level], message: msg });
    };
    return { handler: logging({ logger: pino({ level: "debug" }, { write }) }), observe: () => ({ log }) };
  },
  recordedAfter: ({ after }) => after,
});

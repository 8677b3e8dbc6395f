import {
  describeRecordedCases,
  type RecordedContainer,
  type RecordedState,
  type RecordedToken,
} from "@bookend/test-kit";
import { container } from "../src/index.js";
import { recordedContainers } from "./recorded-containers.js";

describeRecordedCases<{ readonly tokens: RecordedToken[]; readonly containers: RecordedContainer[] }>({
  handler: "Container",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 15,
  prepare: ({ state }) => ({
    handler: container({ containers: recordedContainers(state) }),
    observe: () => comparable(state),
  }),
  recordedAfter: ({ after }) => comparable(after),
});

/**
 * Keeps the fields that the handler decides. Realms, a user's resolver, and the date of creation in the info were set
 * by the recording server.
 */
function comparable({ containers = [], tokens = [] }: Pick<RecordedState, "containers" | "tokens">) {
  const shown = ({
    serial,
    description = "",
    states = [],
    users = [],
    info = {},
    tokens: inside = [],
  }: RecordedContainer) => {
    const { creation_date, ...fields } = info;
    const logins = users.map(({ login, realm }) => `${login}@${realm}`);
    return { serial, description, states: [...states].sort(), users: logins, info: fields, tokens: inside };
  };
  return { containers: containers.map(shown), tokens };
}

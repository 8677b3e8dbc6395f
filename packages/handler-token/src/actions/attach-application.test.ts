import { describe, expect, it } from "vitest";
import { hostOf } from "../../test/host.js";

describe("attach application", () => {
  it.each([
    [
      { application: "ssh", service_id: "webservers", user: "{username}", count: "5" },
      { application: "ssh", options: { service_id: "webservers", user: "alice" } },
    ],
    [
      { application: "offline", "machine ID": "m1", count: "100", rounds: "6549", slot: "1" },
      { application: "offline", machineId: "m1", options: { count: 100, rounds: 6549 } },
    ],
    [
      { application: "luks", "machine ID": "m1", slot: "1", partition: "/dev/sda3", user: "root" },
      { application: "luks", machineId: "m1", options: { slot: 1, partition: "/dev/sda3" } },
    ],
  ])("%j attaches only with the options of that application", async (options, expected) => {
    const { run, tokens } = hostOf();
    expect((await run("attach application", options)).entry).toMatchObject({ outcome: "done" });
    expect(tokens.applications.get("S1")).toEqual(expected);
  });
});

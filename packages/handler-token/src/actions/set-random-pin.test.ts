import { describe, expect, it } from "vitest";
import { aToken, hostOf } from "../../test/host.js";

const response = { json: { result: { value: true }, detail: { serial: "S1" } } };

describe("set random pin", () => {
  it("sets a PIN, adds it to the response and shows it nowhere else", async () => {
    const { run, tokens } = hostOf({ response });
    const { entry, response: answer } = await run("set random pin", { length: "31" });
    const pin = tokens.pins.get("S1");
    expect(pin).toMatch(/^[2-9A-Za-z]{31}$/);
    expect(answer.body).toEqual({ result: { value: true }, detail: { serial: "S1", pin } });
    expect(entry).toMatchObject({ outcome: "done" });
    expect(JSON.stringify(entry)).not.toContain(pin);
  });

  it("creates a PIN of six characters from the given source of randomness", async () => {
    const numbers = [0, 1, 2, 53, 54, 55];
    const { run, tokens } = hostOf({ response }, { randomInt: (below) => (numbers.shift() ?? 0) % below });
    await run("set random pin");
    expect(tokens.pins.get("S1")).toBe("234XYZ");
  });

  it("sets the same PIN for all tokens in a list, since the response has room for only one", async () => {
    const list = [aToken({ serial: "S1" }), aToken({ serial: "S2" })];
    const { run, tokens } = hostOf({ tokens: list, request: { all_data: { serial: "S1,S2" } }, response });
    const answer = await run("set random pin");
    expect(answer.response.body).toMatchObject({ detail: { pin: tokens.pins.get("S1") } });
    expect(tokens.pins.get("S2")).toBe(tokens.pins.get("S1"));
  });

  it.each([[{ detail: null }], [{}]])("adds the detail to the response %j", async (json) => {
    const { run, tokens } = hostOf({ response: { json } });
    expect((await run("set random pin")).response.body).toEqual({ detail: { pin: tokens.pins.get("S1") } });
  });

  it("does not set a PIN if the response cannot contain it", async () => {
    const { run, tokens } = hostOf({ response: { raw: "text" } });
    expect((await run("set random pin")).entry).toMatchObject({ outcome: "failed" });
    expect(tokens.pins.size).toBe(0);
  });
});

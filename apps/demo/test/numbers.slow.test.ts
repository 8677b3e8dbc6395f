import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

type Parameters = Readonly<Record<string, string>>;

/** Each parameter that is read as an integer, with a call that reads it. */
const numbers: readonly (readonly [name: string, method: string, path: string, others: Parameters])[] = [
  ["page", "GET", "/token/", {}],
  ["pagesize", "GET", "/token/", {}],
  ["page", "GET", "/container/", {}],
  ["pagesize", "GET", "/container/", {}],
  ["page", "GET", "/audit/", {}],
  ["page_size", "GET", "/audit/", {}],
  ["max_failcount", "POST", "/token/set", { serial: "T1" }],
  ["count_window", "POST", "/token/set", { serial: "T1" }],
  ["sync_window", "POST", "/token/set", { serial: "T1" }],
  ["count_auth_max", "POST", "/token/set", { serial: "T1" }],
  ["count_auth_success_max", "POST", "/token/set", { serial: "T1" }],
  ["priority.people", "POST", "/realm/other", { resolvers: "people" }],
  ["timeout", "POST", "/privacyideaserver/there", { url: "https://127.0.0.1:1" }],
  ["port", "POST", "/smtpserver/there", { server: "127.0.0.1", sender: "a@demo.example" }],
  ["timeout", "POST", "/smtpserver/there", { server: "127.0.0.1", sender: "a@demo.example" }],
  ["pool_size", "POST", "/smtpserver/there", { server: "127.0.0.1", sender: "a@demo.example" }],
  ["cursor", "GET", "/audit/", {}],
];

/** The first two are too large for an integer column, the others even for an exact integer in JavaScript. */
const tooLarge = ["2147483648", "9007199254740991", "9007199254740993", `1${"0".repeat(300)}`];
/** Names of parameters that contain the number of an audit row, for which the first two are allowed. */
const rowNumbers = new Set(["cursor"]);
const wrong = ["-2147483649", "1e3", "0x10", "1.5", "Infinity", "NaN", "١"];

describe("numbers that callers send", () => {
  it.each(numbers)(
    "%s of %s %s is refused outside its range, with an error that names it",
    async (name, method, path, others) => {
      const { admin } = await bareServer();
      await admin.call("POST", "/token/init", { type: "hotp", genkey: "1", serial: "T1" });
      const send = async (value: string) => {
        const parameters = { ...others, [name]: value };
        const { status, body } =
          method === "GET"
            ? await admin.call(method, `${path}?${new URLSearchParams(parameters)}`)
            : await admin.call(method, path, parameters);
        return { status, message: body.result.error?.message };
      };
      expect(await send("1")).toMatchObject({ status: 200 });
      const beyond = rowNumbers.has(name) ? tooLarge.slice(2) : tooLarge;
      for (const value of [...beyond, ...wrong]) {
        const { status, message } = await send(value);
        expect([value, status, message]).toEqual([value, 400, expect.stringContaining(name)]);
        expect(message).toMatch(/from -?\d+ to \d+/);
      }
    },
  );

  it("are all in this table", async () => {
    const read = new Set<string>();
    for (const folder of ["../../reference/src/http/", "../../../packages/mfa/src/"]) {
      const directory = new URL(folder, import.meta.url);
      for (const file of await readdir(directory, { recursive: true })) {
        if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
        const source = await readFile(new URL(file, directory), "utf8");
        for (const [, name = ""] of source.matchAll(/\.integer\(\s*["`]([^"`]+)["`]/g))
          read.add(name.split(".", 1)[0] ?? name);
      }
    }
    const known = new Set(numbers.map(([name]) => name.split(".", 1)[0]));
    expect([...read].sort()).toEqual([...known].sort());
  });
});

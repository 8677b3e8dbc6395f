import { expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { rawPost, rawRequest } from "./raw-request.js";
import { testServer } from "./test-server.js";

const key = "3132333435363738393031323334353637383930";

/** Returns the bytes of an upload as curl and the web UIs send it, with a boundary as short as that of Perl's LWP. */
function upload(session: string, fields: Record<string, string>, file: string, name = "file"): string {
  const parts = Object.entries(fields).map(
    ([field, value]) => `--xYzZY\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const body = `${parts.join("")}--xYzZY\r\nContent-Disposition: form-data; name="${name}"; filename="tokens.csv"\r\nContent-Type: text/csv\r\n\r\n${file}\r\n--xYzZY--\r\n`;
  return rawPost("/token/load/tokens.csv", "multipart/form-data; boundary=xYzZY", body).replace(
    "Connection: close",
    `PI-Authorization: ${session}\r\nConnection: close`,
  );
}

async function resultOf(api: ApiClient, method: string, path: string, parameters?: object) {
  return (await api.call(method, path, parameters)).body.result.value;
}

async function served() {
  const { url, api } = await testServer();
  const admin = await asAdmin(api);
  return { url, api, admin, session: admin.token ?? "" };
}

it("an uploaded file is imported, and users can log in with its tokens", async () => {
  const { url, admin, session } = await served();
  const file = `# version: 2\nbob,,corp,LOAD1,${key},hotp,6,3\n,,,LOAD2,${key},totp,8,60`;
  const { status, body } = await rawRequest(url, upload(session, { type: "OATH CSV", tokenrealms: "partners" }, file));
  expect([status, body.result.value]).toEqual([200, { n_imported: 2, n_not_imported: 0 }]);
  const { tokens } = await resultOf(admin, "GET", "/token/?serial=LOAD*");
  expect(tokens).toMatchObject([
    { serial: "LOAD1", tokentype: "hotp", count: 3, username: "bob", realms: ["corp", "partners"] },
    { serial: "LOAD2", tokentype: "totp", otplen: 8, username: "", realms: ["partners"], info: { timeStep: "60" } },
  ]);
  expect(await resultOf(admin, "POST", "/validate/check", { serial: "LOAD1", pass: "969429" })).toBe(true);
  const { auditdata } = await resultOf(admin, "GET", "/audit/?action=*token/load*");
  expect(auditdata).toMatchObject([
    {
      success: true,
      serial: "LOAD1,LOAD2",
      administrator: "admin",
      action: "POST /token/load/<filename>",
      info: "tokens.csv: 2 tokens imported",
    },
  ]);
});

it("an uploaded file is not percent-decoded", async () => {
  const { url, session } = await served();
  const { body } = await rawRequest(url, upload(session, { type: "oathcsv" }, `LOAD%31,${key}`));
  expect(body.result.error).toMatchObject({ code: 905, message: expect.stringContaining("LOAD%31") });
});

it("the content of the file can also be an ordinary parameter", async () => {
  const { admin } = await served();
  const parameters = { type: "oathcsv", file: `LOAD3,${key}` };
  expect(await resultOf(admin, "POST", "/token/load/x", parameters)).toEqual({ n_imported: 1, n_not_imported: 0 });
});

it("a file that cannot be imported completely is refused, and changes nothing", async () => {
  const { url, admin, session } = await served();
  const before = (await resultOf(admin, "GET", "/token/")).count;
  const file = `LOAD4,${key}\nLOAD5,nonsense`;
  for (const [request, message] of [
    [upload(session, { type: "oathcsv" }, file), "line 2"],
    [upload(session, { type: "pskc" }, file), "Allowed: oathcsv, OATH CSV."],
    [upload(session, {}, file), "type"],
    [upload(session, { type: "oathcsv", psk: "00" }, file), "psk"],
    [upload(session, { type: "oathcsv" }, file, "other"), "only file may be a file."],
  ] as const) {
    const { status, body } = await rawRequest(url, request);
    expect([status, body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
    expect(JSON.stringify(body)).not.toContain(key);
  }
  expect((await resultOf(admin, "GET", "/token/")).count).toBe(before);
});

it("only administrators can import files, and other routes accept no files", async () => {
  const { url, api, session } = await served();
  const user = await api.as("alice", "alice-demo");
  const refused = await rawRequest(url, upload(user.token ?? "", { type: "oathcsv" }, `LOAD6,${key}`));
  expect(refused.status).toBe(403);
  const elsewhere = upload(session, { type: "hotp" }, "x").replace("/token/load/tokens.csv", "/token/init");
  expect(await rawRequest(url, elsewhere)).toMatchObject({
    status: 400,
    body: { result: { error: { message: expect.stringContaining("files are not accepted") } } },
  });
});

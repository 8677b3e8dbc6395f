import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** A binding that sends a mail when a HOTP token is enrolled. */
const welcome = {
  name: "welcome",
  event: "token_init",
  position: "post",
  handlermodule: "UserNotification",
  action: "sendmail",
  conditions: { tokentype: "hotp" },
  options: {
    emailconfig: "demo",
    To: "tokenowner",
    subject: "Your token {serial}",
    mimetype: "html",
    attach_qrcode: true,
    body: '<p>Hello {givenname}, this is {serial}.</p><img src="cid:token_image">',
  },
};

async function auditRows(admin: ApiClient, query = "") {
  const { body } = await admin.call("GET", `/audit/?page_size=50${query}`);
  return body.result.value.auditdata;
}

describe("the demo", () => {
  it("mails serial and QR code when a HOTP token is enrolled", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    const saved = await admin.call("POST", "/event", welcome);
    expect(saved.body.result.status).toBe(true);

    const enrolled = await admin.call("POST", "/token/init", { type: "hotp", genkey: 1, user: "alice" });
    const { serial, googleurl } = enrolled.body.detail;
    expect(enrolled.status).toBe(200);
    expect(googleurl.img).toMatch(/^data:image\/png;base64,/);

    const mails = (await api.call("GET", "/demo/mails")).body;
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      from: "bookend@demo.example",
      to: ["alice@demo.example"],
      subject: `Your token ${serial}`,
      html: expect.stringContaining(`this is ${serial}`),
      attachments: [{ filename: `${serial}.png`, contentType: "image/png", cid: "token_image" }],
    });
    expect(new Date(mails[0].at).getTime()).toBeGreaterThan(0);

    const rows = await auditRows(admin);
    const call = rows.findIndex((row: { action: string }) => row.action === "POST /token/init");
    expect(rows[call]).toMatchObject({
      event: "token_init",
      success: true,
      serial,
      token_type: "hotp",
      user: "alice",
      realm: "corp",
      resolver: "people",
      administrator: "admin",
      client: "127.0.0.1",
      parent: null,
    });
    expect(rows[call + 1]).toMatchObject({
      action: "POST-EVENT token_init>>UserNotification:sendmail",
      success: true,
      binding_name: "welcome",
      serial,
      parent: rows[call].id,
    });
  });

  it("sends nothing for a TOTP token, and explains why", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    await admin.call("POST", "/event", welcome);
    const enrolled = await admin.call("POST", "/token/init", { type: "totp", genkey: 1, user: "alice" });
    expect((await api.call("GET", "/demo/mails")).body).toEqual([]);

    const explained = await admin.call("POST", "/event/explain", {
      event: "token_init",
      serial: enrolled.body.detail.serial,
    });
    const binding = explained.body.result.value.bindings.find((each: { name: string }) => each.name === "welcome");
    expect(binding).toMatchObject({ would_run: false });
    expect(binding.conditions).toMatchObject([{ name: "tokentype", answer: "not fulfilled", seen: "totp" }]);
  });

  it("sends SMS, writes files, counts and logs", async () => {
    const server = await testServer();
    const admin = await asAdmin(server.api);
    const changed = await admin.call("POST", "/token/setrandompin/PISM00000001");
    expect(changed.body.result).toMatchObject({ status: true, value: 1 });
    expect(changed.body.detail ?? {}).not.toHaveProperty("pin");
    const sms = (await server.api.call("GET", "/demo/sms")).body;
    expect(sms).toMatchObject([{ from: "Bookend", to: "+12025550104", text: expect.stringContaining("PISM00000001") }]);

    const spool = join(server.dataDirectory, "notifications");
    const [letter] = await readdir(spool);
    expect(letter).toMatch(/^pin-PISM00000001-\w{16}\.txt$/);
    expect(await readFile(join(spool, letter ?? ""), "utf8")).toMatch(/the PIN of your token PISM00000001 is \w{8}\./);

    for (let attempt = 0; attempt < 10; attempt++) {
      await server.api.call("POST", "/validate/check", { user: "bob", pass: "wrong" });
    }
    expect(await server.store.counters.value("failed_logins")).toBe(10);
    expect(server.log()).toMatch(/"name":"alarm".*ten failed logins/);
    expect((await server.api.call("GET", "/demo/mails")).body[0]).toMatchObject({
      subject: "Your token is locked",
      to: ["bob@demo.example"],
    });
  });

  it("logs a user in with the code that it has sent by mail", async () => {
    const { api } = await testServer();
    const opened = await api.call("POST", "/validate/check", { user: "carol", pass: "1234" });
    expect(opened.body.result).toEqual({ status: true, value: false, authentication: "CHALLENGE" });
    const [mail] = (await api.call("GET", "/demo/mails")).body;
    const answered = await api.call("POST", "/validate/check", {
      user: "carol",
      transaction_id: opened.body.detail.transaction_id,
      pass: /\d{6}/.exec(mail.text)?.[0],
    });
    expect(answered.body.result).toEqual({ status: true, value: true, authentication: "ACCEPT" });
    expect((await api.call("GET", "/demo/mails")).body).toHaveLength(1);
  });

  it("runs post actions of a failed call if their conditions ask for failures", async () => {
    const server = await testServer();
    const admin = await asAdmin(server.api);
    await admin.call("POST", "/event", {
      name: "failed enrolments",
      event: "token_init",
      handlermodule: "Counter",
      action: "increase_counter",
      conditions: { result_status: "False" },
      options: { counter_name: "failed_enrolments" },
    });
    const failed = await admin.call("POST", "/token/init", { type: "nonsense" });
    expect(failed.status).toBe(400);
    expect(await server.store.counters.value("failed_enrolments")).toBe(1);
    await admin.call("POST", "/token/init", { type: "hotp", genkey: 1 });
    expect(await server.store.counters.value("failed_enrolments")).toBe(1);
  });
});

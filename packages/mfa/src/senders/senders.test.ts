import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { gatewayProviders, secretOptionsOf } from "../channels/open-sms-gateway.js";

describeDomain("mail servers and SMS gateways", (prepared) => {
  it("show a mail server without its password, and keep the password when other fields change", async () => {
    const { smtpServers } = (await prepared()).domain;
    const shown = await smtpServers.save({ name: "m", host: "mail.example.com", username: "u", password: "geheim" });
    expect(shown).toEqual({
      name: "m",
      description: "",
      host: "mail.example.com",
      port: 25,
      protocol: "smtp",
      startTls: "opportunistic",
      username: "u",
      sender: "",
      timeout: 10,
      poolSize: 5,
    });
    const moved = { name: "m", host: "mail2.example.com", protocol: "smtps", startTls: undefined } as const;
    await expect(smtpServers.save(moved)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await smtpServers.save({ name: "m", host: "mail.example.com", timeout: 20 });
    expect(await smtpServers.access("m")).toMatchObject({ timeout: 20, password: "geheim" });
    await smtpServers.save({ ...moved, password: "geheim" });
    expect(await smtpServers.access("m")).toMatchObject({ host: "mail2.example.com", port: 465, password: "geheim" });
    expect(JSON.stringify([await smtpServers.list(), await smtpServers.find("m")])).not.toContain("geheim");
    await smtpServers.save({ name: "m", host: "mail2.example.com", password: "" });
    expect((await smtpServers.access("m")).password).toBe("");
    await expect(smtpServers.save({ name: "", host: "x" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await smtpServers.delete("m");
    expect(await smtpServers.find("m")).toBeNull();
    await expect(smtpServers.access("m")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(smtpServers.delete("m")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("keep the password of a mail server only for the same server with the same protection", async () => {
    const { smtpServers } = (await prepared()).domain;
    const stored = { name: "m", host: "mail.example.com", port: 587, startTls: "required" } as const;
    await smtpServers.save({ ...stored, username: "u", password: "geheim" });
    // an omitted field gets its default, which is another port or no required TLS
    for (const given of [{}, { port: 587 }, { startTls: "required" }] as const) {
      const saved = smtpServers.save({ name: "m", host: "mail.example.com", ...given });
      await expect(saved, JSON.stringify(given)).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringMatching(/^password: /),
      });
    }
    expect(await smtpServers.access("m")).toMatchObject({ ...stored, password: "geheim" });
    await smtpServers.save({ ...stored, description: "changed" });
    expect(await smtpServers.access("m")).toMatchObject({ ...stored, description: "changed", password: "geheim" });
  });

  it.each([
    ["timeout", 3_601, "1 to 3600"],
    ["timeout", 0, "1 to 3600"],
    ["timeout", 1.5, "1 to 3600"],
    ["poolSize", 101, "1 to 100"],
    ["port", 65_536, "1 to 65535"],
  ])("refuse a mail server whose %s is %s, and change nothing", async (field, value, allowed) => {
    const { smtpServers } = (await prepared()).domain;
    await expect(smtpServers.save({ name: "m", host: "mail.example.com", [field]: value })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: `${field}: ${value} is not valid. Allowed: a whole number from ${allowed}.`,
    });
    expect(await smtpServers.list()).toEqual([]);
  });

  it.each([
    [
      "http",
      "password",
      ["rejectUnauthorized", "url"],
      [
        ...["deadlineMs", "defaultCountry", "format", "method", "parameters", "returnFail", "returnSuccess"],
        ...["rewrite", "timeoutMs", "user"],
      ],
    ],
    [
      "smpp",
      "password",
      ["host", "port", "tls", "tlsOptions"],
      [
        ...["bind", "deadlineMs", "defaultCountry", "destinationNpi", "destinationTon", "enquireLinkMs"],
        ...["receiptIds", "receipts", "reconnectMaxMs", "reconnectMinMs", "rewrite", "sourceAddress", "sourceNpi"],
        ...["sourceTon", "submitIds", "systemId", "systemType", "timeoutMs", "window"],
      ],
    ],
  ])("of %s, ask for the %s again if an option changes the destination or weakens the protection", async (...cases) => {
    const [provider, secret, asking, keeping] = cases;
    const { smsGateways } = (await prepared()).domain;
    const gateway = { name: "g", provider };
    await smsGateways.save({ ...gateway, secrets: { [secret]: "geheim" } });
    const secrets = secretOptionsOf(provider);
    const options = Object.keys(gatewayProviders[provider]?.properties ?? {})
      .filter((name) => name !== "kind" && !secrets.includes(name))
      .sort();
    const saved = async (name: string) =>
      smsGateways.save({ ...gateway, options: { [name]: "changed" } }).then(
        () => smsGateways.save({ ...gateway, secrets: { [secret]: "geheim" } }).then(() => "kept"),
        () => "asked",
      );
    const outcomes: Record<string, string[]> = { kept: [], asked: [] };
    for (const name of options) outcomes[await saved(name)]?.push(name);
    // each option must be in one of the two lists: whoever adds an option decides which one
    expect(outcomes).toEqual({ asked: asking, kept: keeping });
  });

  it("show a gateway without its secrets, and keep the secrets when options change", async () => {
    const { smsGateways } = (await prepared()).domain;
    const gateway = {
      name: "g",
      provider: "smpp",
      options: { SMSC_HOST: "127.0.0.1" },
      secrets: { PASSWORD: "geheim" },
    };
    expect(await smsGateways.save(gateway)).toEqual({
      name: "g",
      description: "",
      provider: "smpp",
      options: { SMSC_HOST: "127.0.0.1" },
      headers: {},
      secretOptions: ["PASSWORD"],
    });
    await smsGateways.save({ name: "g", provider: "smpp", options: { SMSC_HOST: "127.0.0.2" }, headers: { A: "b" } });
    expect(await smsGateways.access("g")).toMatchObject({
      options: { SMSC_HOST: "127.0.0.2" },
      headers: { A: "b" },
      secrets: { PASSWORD: "geheim" },
    });
    expect(JSON.stringify([await smsGateways.list(), await smsGateways.find("g")])).not.toContain("geheim");
    await expect(smsGateways.save({ name: "g", provider: "" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await smsGateways.delete("g");
    expect(await smsGateways.find("g")).toBeNull();
    await expect(smsGateways.access("g")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(smsGateways.delete("g")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";

describeDomain("mail servers and SMS gateways", (prepared) => {
  it("show a mail server without its password, and keep it when others change", async () => {
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

  it("show a gateway without its secrets, and keep them when options change", async () => {
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

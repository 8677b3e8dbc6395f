import { openDatabase } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it, onTestFinished } from "vitest";
import { openDomain } from "../../test/open-domain.js";
import { createConfiguration } from "./configuration.js";
import type { DomainSchema } from "./schema.js";

/** Milliseconds to wait for a change by another process, which normally takes half a second at most. */
const patient = { timeout: 30_000 };

describeEachDatabase("the configuration in memory", ({ freshUrl }) => {
  const opened = async (url: string) => {
    const one = await openDomain(url);
    onTestFinished(() => one.database.close());
    return one.domain;
  };

  it("shows a change immediately to the process that made it, and soon to others", async () => {
    const url = await freshUrl();
    const [here, there] = [await opened(url), await opened(url)];
    const seenBy = async ({ settings, realms, resolvers, smtpServers, smsGateways }: typeof here) => ({
      setting: await settings.get("email.subject"),
      realms: (await realms.list()).map(({ name }) => name),
      default: await realms.default(),
      resolvers: (await resolvers.list()).map(({ name }) => name),
      mail: (await smtpServers.find("mail"))?.host,
      gateways: (await smsGateways.list()).map(({ name }) => name),
    });
    const nothing = {
      setting: undefined,
      realms: [],
      default: undefined,
      resolvers: [],
      mail: undefined,
      gateways: [],
    };
    expect([await seenBy(here), await seenBy(there)]).toEqual([nothing, nothing]);

    await here.settings.set("email.subject", "code");
    await here.resolvers.save("people", "sqlresolver", {});
    await here.realms.save("corp", [{ name: "people" }]);
    await here.smtpServers.save({ name: "mail", host: "first.example" });
    await here.smsGateways.save({ name: "sms", provider: "http" });
    const all = {
      setting: "code",
      realms: ["corp"],
      default: "corp",
      resolvers: ["people"],
      mail: "first.example",
      gateways: ["sms"],
    };
    expect(await seenBy(here)).toEqual(all);
    await expect.poll(() => seenBy(there), patient).toEqual(all);

    await there.smtpServers.save({ name: "mail", host: "second.example" });
    await there.realms.clearDefault();
    await there.settings.delete("email.subject");
    await there.smsGateways.delete("sms");
    const changed = { ...all, setting: undefined, default: undefined, mail: "second.example", gateways: [] };
    expect(await seenBy(there)).toEqual(changed);
    await expect.poll(() => seenBy(here), patient).toEqual(changed);

    await here.realms.delete("corp");
    await here.resolvers.delete("people");
    const empty = { ...changed, realms: [], resolvers: [] };
    expect(await seenBy(here)).toEqual(empty);
    await expect.poll(() => seenBy(there), patient).toEqual(empty);
  });

  it("is read once, and again after a change or a failure", async () => {
    const url = await freshUrl();
    await opened(url);
    const database = await openDatabase<DomainSchema>({ url });
    onTestFinished(() => database.close());
    const configuration = createConfiguration(database);
    let loads = 0;
    let fails = true;
    const read = configuration.kept(async () => {
      loads += 1;
      if (fails) throw new Error("away");
      return loads;
    });
    await expect(read()).rejects.toThrow("away");
    fails = false;
    // on PostgreSQL, listening begins after the first read and discards its result
    const twice = async () => new Set([await read(), await read()]).size;
    await expect.poll(twice, patient).toBe(1);
    await configuration.change(() => Promise.resolve());
    const before = loads;
    expect(await Promise.all([read(), read(), read()])).toEqual([before + 1, before + 1, before + 1]);
    const failing = configuration.change(() => Promise.reject(new Error("not this")));
    await expect(failing).rejects.toThrow("not this");
  });
});

import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";

describeDomain("token groups", (prepared) => {
  it("can be created, changed and deleted without deleting their tokens", async () => {
    const { tokenGroups: groups, tokens } = (await prepared()).domain;
    const id = await groups.save("office", "first floor");
    expect(await groups.save("office", "second floor")).toBe(id);
    await groups.save("vpn", "");
    expect(await groups.list()).toMatchObject([{ id, name: "office", description: "second floor" }, { name: "vpn" }]);
    await expect(groups.save("a b", "")).rejects.toMatchObject({ code: "PARAMETER_INVALID" });

    for (const serial of ["T1", "T2"]) await tokens.init({ type: "spass", serial });
    expect(await groups.add("T1", "vpn")).toBe(true);
    expect(await groups.add("T1", "vpn")).toBe(false);
    expect(await groups.add("T1", "office")).toBe(true);
    expect(await groups.ofTokens(["T1", "T2"])).toEqual(
      new Map([
        ["T1", ["office", "vpn"]],
        ["T2", []],
      ]),
    );
    expect(await groups.remove("T2", "vpn")).toBe(false);
    expect(await groups.remove("T1", "vpn")).toBe(true);
    for (const [serial, group] of [
      ["T1", "nope"],
      ["nope", "vpn"],
      ["T1", "\0"],
      ["\0", "vpn"],
    ] as const) {
      await expect(groups.add(serial, group)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(groups.remove(serial, group)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await groups.delete("office");
    await expect(groups.delete("office")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await groups.ofTokens(["T1"])).toEqual(new Map([["T1", []]]));
  });
});

describeDomain("token applications", (prepared) => {
  it("are listed by token, application and machine, without duplicates", async () => {
    const { tokenApplications: applications, tokens } = (await prepared()).domain;
    await tokens.init({ type: "hotp", genkey: 1, serial: "T1" });
    const ssh = { application: "ssh", machineId: "web1", options: { user: "root", service_id: "s" } };
    await applications.attach("T1", ssh);
    await applications.attach("T1", { ...ssh, options: { service_id: "s", user: "root" } });
    await applications.attach("T1", { application: "offline", machineId: "", options: { count: 100 } });
    expect(await applications.list()).toMatchObject([
      { serial: "T1", type: "hotp", ...ssh },
      { serial: "T1", application: "offline", machineId: "", options: { count: 100 } },
    ]);
    expect(await applications.list({ application: "ssh", serial: "T1", machineId: "web1" })).toHaveLength(1);
    expect(await applications.list({ serial: "\0" })).toEqual([]);
    expect(await applications.machines()).toEqual(["web1"]);
    await expect(applications.attach("nope", ssh)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await tokens.delete({ serial: "T1" });
    expect(await applications.list()).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";

describeDomain("admins", (prepared) => {
  it("log in by their password", async () => {
    const { admins } = (await prepared()).domain;
    await admins.save("admin", { password: "bookend-demo", email: "admin@example.net" });
    expect(await admins.checkPassword("admin", "bookend-demo")).toBe(true);
    expect(await admins.checkPassword("admin", "bookend")).toBe(false);
    expect(await admins.checkPassword("root", "bookend-demo")).toBe(false);
  });

  it("are created, changed and deleted", async () => {
    const { admins } = (await prepared()).domain;
    await expect(admins.save("admin", { email: "x@example.net" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(admins.save("a@b", { password: "x" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await admins.save("admin", { password: "one" });
    expect(await admins.save("admin", { email: "admin@example.net" })).toEqual({
      username: "admin",
      email: "admin@example.net",
    });
    await admins.save("admin", { password: "two" });
    expect(await admins.checkPassword("admin", "two")).toBe(true);
    expect(await admins.list()).toEqual([{ username: "admin", email: "admin@example.net" }]);
    await admins.delete("admin");
    expect(await admins.find("admin")).toBeNull();
    await expect(admins.delete("admin")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

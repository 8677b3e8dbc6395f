import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { hashCost, secretKey } from "../../test/open-domain.js";
import { createDomain } from "../create-domain.js";

describeDomain("admins", (prepared) => {
  it("log in with their password", async () => {
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
    await admins.save("admin", { password: "first password" });
    expect(await admins.save("admin", { email: "admin@example.net" })).toEqual({
      username: "admin",
      email: "admin@example.net",
    });
    await admins.save("admin", { password: "second password" });
    expect(await admins.checkPassword("admin", "second password")).toBe(true);
    expect(await admins.list()).toEqual([{ username: "admin", email: "admin@example.net" }]);
    await admins.delete("admin");
    expect(await admins.find("admin")).toBeNull();
    await expect(admins.delete("admin")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("have passwords of 12 to 128 characters when they are set", async () => {
    const { admins } = (await prepared()).domain;
    await admins.save("admin", { password: "bookend-demo" });
    // several spaces count as one, and characters are counted instead of code units
    for (const password of ["elevenchars", `e${" ".repeat(20)}levenchar`, "😀".repeat(11), "x".repeat(129)]) {
      const refused = {
        message: expect.stringMatching(/^password: has \d+ characters\. Allowed: 12 to 128 characters\.$/),
      };
      await expect(admins.save("admin", { password })).rejects.toMatchObject(refused);
      await expect(admins.save("other", { password })).rejects.toMatchObject(refused);
    }
    expect(await admins.find("other")).toBeNull();
    expect(await admins.checkPassword("admin", "bookend-demo")).toBe(true);
    await admins.save("admin", { password: "😀😃😄😁😆😅😂🙂🙃😉😊😇" });
  });

  it.each([
    ["a common password", "administrator"],
    ["a common password in another spelling", "P@ssw0rd1234"],
    ["a repeated common password", "letmeinletmein"],
    ["keys next to each other", "qwertyuiop12"],
    ["a repeated character", "aaaaaaaaaaaa"],
    ["the user's name", "carol.jones1"],
    ["a part of the user's address", "wonderland12"],
  ])("refuse %s as a new password", async (_what, password) => {
    const { admins } = (await prepared()).domain;
    const email = "carol@wonderland.example";
    const refused =
      "password: is a common password, a pattern, or a variation of one. Allowed: a password that takes a million guesses or more.";
    await expect(admins.save("carol.jones", { password, email })).rejects.toThrow(refused);
    expect(await admins.find("carol.jones")).toBeNull();
    await admins.save("carol.jones", { password: "croquet with flamingos", email });
    await expect(admins.save("carol.jones", { password, email })).rejects.toThrow(refused);
    expect(await admins.checkPassword("carol.jones", "croquet with flamingos")).toBe(true);
  });

  it("log in with a password that was set when shorter ones were allowed", async () => {
    const { domain, database } = await prepared({ minAdminPasswordLength: 1 });
    await domain.admins.save("admin", { password: "sj4kq" });
    const nowhere = async () => {};
    const stricter = await createDomain({ database, secretKey, hashCost, sendMail: nowhere, sendSms: nowhere });
    expect(await stricter.admins.checkPassword("admin", "sj4kq")).toBe(true);
    await expect(stricter.admins.save("admin", { password: "sj4kq" })).rejects.toThrow("Allowed: 12 to 128");
  });
});

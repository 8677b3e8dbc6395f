import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";

describeDomain("servers that calls are forwarded to", (prepared) => {
  it("are saved, replaced, listed and deleted", async () => {
    const { federationServers: servers } = (await prepared()).domain;
    const branch = { name: "branch", url: "https://branch.example/pi", verifyTls: true, timeout: 10, description: "" };
    await servers.save({ ...branch, timeout: 5 });
    await servers.save(branch);
    expect(await servers.find("branch")).toEqual(branch);
    expect(await servers.list()).toEqual([branch]);
    expect(await servers.find("\0")).toBeNull();
    for (const wrong of [
      { ...branch, url: "ftp://branch.example" },
      { ...branch, url: "branch" },
      { ...branch, url: "https://user:secret@branch.example" },
      { ...branch, url: "https://branch.example?x=1" },
      { ...branch, timeout: 0 },
      { ...branch, name: " " },
    ]) {
      await expect(servers.save(wrong)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    await servers.delete("branch");
    await expect(servers.delete("branch")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

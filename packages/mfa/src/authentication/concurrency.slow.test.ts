import { expect, it } from "vitest";
import { addSenders, alice, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";
import { runProcess } from "../../test/processes/run-process.js";

describeDomain("of many concurrent attempts", (prepared) => {
  const accepted = async (attempts: Promise<{ readonly value: boolean }>[]) =>
    (await Promise.all(attempts)).filter((result) => result.value).length;
  const ten = Array.from({ length: 10 }, (_, index) => index);

  it("only one with the same OTP is accepted", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, pin: "1234" }, alice);
    const pass = `1234${rfcOtps[0]}`;
    expect(await accepted(ten.map(() => domain.authentication.check({ user: alice, pass })))).toBe(1);
  });

  it("only one with the same OTP is accepted by four processes", async () => {
    const { domain, url } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey });
    await domain.tokens.set({ serial: "A" }, { maxFailCount: 100 });
    const counts = await Promise.all(
      ten.slice(0, 4).map(() => runProcess("authenticate.ts", url, "A", rfcOtps[0], "5")),
    );
    expect(counts.map(Number).reduce((sum, count) => sum + count)).toBe(1);
    const { info } = await domain.tokens.require("A");
    expect(info).toMatchObject({ count_auth: "20", count_auth_success: "1" });
  });

  it("only one with the same registration code is accepted", async () => {
    const { domain } = await prepared();
    const { registrationcode = "" } = await domain.tokens.init({ type: "registration" }, alice);
    const attempts = ten.map(() => domain.authentication.check({ user: alice, pass: registrationcode }));
    expect(await accepted(attempts)).toBe(1);
  });

  it("only one with the same response to a challenge is accepted", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    const { detail } = await domain.authentication.check({ user: alice, pass: "" });
    const pass = /\d{6}/.exec(mails[0]?.text ?? "")?.[0] ?? "";
    const transactionId = detail.transaction_id;
    const attempts = ten.map((index) =>
      domain.authentication.check({ user: alice, pass, ...(index % 2 === 0 ? { transactionId } : {}) }),
    );
    expect(await accepted(attempts)).toBe(1);
  });

  it("all failures are counted, and the counter stops at its maximum", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "S", pin: "1234" }, alice);
    expect(await accepted(ten.concat(ten).map(() => domain.authentication.check({ user: alice, pass: "x" })))).toBe(0);
    expect(await domain.tokens.require("S")).toMatchObject({ failCount: 10, info: { count_auth: "20" } });
  });
});

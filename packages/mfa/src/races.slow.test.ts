import { expect, it } from "vitest";
import { addSenders, alice, describeDomain } from "../test/fixture.js";
import { openDomain } from "../test/open-domain.js";
import { runProcess } from "../test/processes/run-process.js";

const tries = 50;

describeDomain("concurrent calls", (prepared) => {
  const numbers = Array.from({ length: tries }, (_, index) => index);

  it(`by two processes: in each of ${tries} attempts exactly one succeeds, nothing is lost, and the other one receives the reason`, async () => {
    const { domain, url } = await prepared();
    const { containers, tokens, settings } = domain;
    for (const serial of ["M0", "M1"]) await containers.create({ type: "generic", serial });
    for (const index of numbers) {
      await containers.create({ type: "generic", serial: `C${index}` });
      await containers.create({ type: "generic", serial: `F${index}` });
      await tokens.init({ serial: `T${index}`, genkey: 1 });
      const { registrationcode = "" } = await tokens.init({ type: "registration", serial: `R${index}` }, alice);
      await settings.set(`code.${index}`, registrationcode);
    }

    type Outcomes = Readonly<Record<string, readonly unknown[]>>;
    const [first, second] = await Promise.all(
      ["alice", "bob"].map(
        async (login) => JSON.parse(await runProcess("race.ts", url, login, String(tries))) as Outcomes,
      ),
    );
    /** Returns both outcomes of each attempt of an action. */
    const outcomesOf = (action: string) =>
      numbers.map((index) => [first?.[action]?.[index], second?.[action]?.[index]]);
    const expectOneWinner = (action: string, ...refusals: readonly unknown[]) => {
      for (const outcomes of outcomesOf(action)) {
        expect(
          outcomes.filter((outcome) => outcome === true),
          action,
        ).toHaveLength(1);
        const [loser] = outcomes.filter((outcome) => outcome !== true);
        expect(refusals, action).toContain(loser);
      }
    };

    expectOneWinner("claim", false);
    expectOneWinner("enrolment", "TOKEN_REFUSED");
    expectOneWinner("assignment", "TOKEN_REFUSED");
    expectOneWinner("container", "PARAMETER_INVALID");
    expectOneWinner("user", "USER_INVALID");
    // the token is deleted with its first use
    expectOneWinner("registration", false, "NOT_FOUND");
    for (const action of ["states", "membership", "attribute", "realm", "resolver", "admin"]) {
      expect(outcomesOf(action).flat(), action).toEqual(Array.from({ length: 2 * tries }, () => true));
    }

    for (const index of numbers) {
      expect((await containers.require(`F${index}`)).owners).toHaveLength(1);
      // active or disabled, but never both or neither
      expect((await containers.require(`C${index}`)).states).toHaveLength(1);
    }
    const members = [...(await containers.require("M0")).tokens, ...(await containers.require("M1")).tokens];
    expect(members).toHaveLength(tries);
    expect(new Set(members).size).toBe(tries);
    expect(await tokens.count({ serial: "S*" })).toBe(tries);
    expect(await tokens.count({ serial: "R*" })).toBe(0);
  });

  it("give a user with 49 tokens only one more, regardless of how it is requested", async () => {
    const { domain, url } = await prepared();
    const { database, domain: other } = await openDomain(url);
    try {
      const self = { selfService: true };
      for (let n = 0; n < 49; n++) await domain.tokens.init({ serial: `T${n}`, genkey: 1 }, alice, self);
      for (let n = 0; n < 4; n++) await domain.tokens.init({ serial: `F${n}`, genkey: 1 });
      const attempts = [domain, other].flatMap(({ tokens }, side) => [
        () => tokens.init({ serial: `N${side}`, genkey: 1 }, alice, self),
        () => tokens.init({ genkey: 1 }, alice, self),
        () => tokens.assign(`F${side}`, alice, undefined, self),
        () => tokens.lost(`T${side}`, self),
      ]);
      const outcomes = await Promise.all(
        attempts.map((attempt) =>
          attempt().then(
            () => true,
            (error: { code?: unknown }) => error.code ?? error,
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "LIMIT_REACHED")).toHaveLength(attempts.length - 1);
      expect(await domain.tokens.count({ user: alice })).toBe(50);
      // refused calls leave nothing behind, and disable nothing
      expect(await domain.tokens.count({ user: alice, active: false })).toBe(
        (await domain.tokens.count({ serial: "lost*" })) === 1 ? 1 : 0,
      );
      // an existing token may be enrolled again, and administrators have no limit
      await domain.tokens.init({ serial: "T0", genkey: 1 }, alice, self);
      await domain.tokens.init({ genkey: 1 }, alice);
      expect(await domain.tokens.count({ user: alice })).toBe(51);
    } finally {
      await database.close();
    }
  });

  it("open at most ten challenges of a user", async () => {
    const { domain, url } = await prepared();
    const { database, domain: other } = await openDomain(url);
    try {
      await domain.settings.set("challenge_response", "hotp");
      for (const serial of ["H1", "H2"]) await domain.tokens.init({ serial, genkey: 1 }, alice);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? domain : other).authentication.triggerChallenge({ user: alice }).then(
            ({ value }) => value,
            (error: { code?: unknown }) => error.code ?? error,
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 2)).toHaveLength(5);
      expect(outcomes.filter((outcome) => outcome === "LIMIT_REACHED")).toHaveLength(15);
      expect(await domain.challenges.list()).toHaveLength(10);
    } finally {
      await database.close();
    }
  });

  it("send at most five codes per minute for a token", async () => {
    const { domain, texts } = await prepared({ maxChallengesPerUser: 100 });
    await addSenders(domain);
    await domain.tokens.init({ type: "sms", serial: "S", phone: "+12025550101" }, alice);
    await Promise.all(Array.from({ length: 20 }, () => domain.authentication.triggerChallenge({ user: alice })));
    expect(texts).toHaveLength(5);
    expect(await domain.challenges.list()).toHaveLength(5);
  });

  it("create only one default realm, even if they create the first realms", async () => {
    const { domain } = await prepared();
    for (const { name } of await domain.realms.list()) await domain.realms.delete(name);
    await Promise.all(["a", "b", "c"].map((name) => domain.realms.save(name, [{ name: "people" }])));
    expect((await domain.realms.list()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });
});

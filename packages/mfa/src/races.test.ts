import { expect, it } from "vitest";
import { alice, describeDomain } from "../test/fixture.js";
import { runProcess } from "../test/processes/run-process.js";

const tries = 50;

describeDomain("of two processes that do the same at the same time", (prepared) => {
  const numbers = Array.from({ length: tries }, (_, index) => index);

  it(`one wins each of ${tries} tries, nothing is lost, and whoever loses is told why`, async () => {
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
    /** Both outcomes of each try of an action. */
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
      // active or disabled, never both and never neither
      expect((await containers.require(`C${index}`)).states).toHaveLength(1);
    }
    const members = [...(await containers.require("M0")).tokens, ...(await containers.require("M1")).tokens];
    expect(members).toHaveLength(tries);
    expect(new Set(members).size).toBe(tries);
    expect(await tokens.count({ serial: "S*" })).toBe(tries);
    expect(await tokens.count({ serial: "R*" })).toBe(0);
  });

  it("one realm is the default one, of several that are created first", async () => {
    const { domain } = await prepared();
    for (const { name } of await domain.realms.list()) await domain.realms.delete(name);
    await Promise.all(["a", "b", "c"].map((name) => domain.realms.save(name, [{ name: "people" }])));
    expect((await domain.realms.list()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });
});

import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, test } from "vitest";
import { planIsApply } from "../../test/plan-is-apply.js";
import { databaseTarget } from "../target/database-target.js";

describeEachDatabase("plan", ({ freshUrl }) => {
  test("predicts what apply does, and a second apply changes nothing, for many states", async () => {
    const target = await databaseTarget({
      url: await freshUrl(),
      create: true,
      handlers: undefined,
      scripts: "/nonexistent",
      templates: undefined,
      directory: "/",
    });
    try {
      await planIsApply(target, 200);
      expect.hasAssertions();
    } finally {
      await target.close();
    }
  });
});

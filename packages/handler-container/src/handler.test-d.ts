import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { type ContainerAdministration, type ContainerState, container } from "./index.js";

declare const containers: ContainerAdministration;

it("requires all methods for the host's containers", () => {
  expectTypeOf(container({ containers })).toEqualTypeOf<Handler>();
  // @ts-expect-error containers are missing
  container({});
  const { unregister, ...incomplete } = containers;
  expectTypeOf(unregister).parameters.toEqualTypeOf<[serial: string]>();
  // @ts-expect-error unregister is missing
  container({ containers: incomplete });
});

it("requires known states", () => {
  expectTypeOf<ContainerState>().toEqualTypeOf<"active" | "disabled" | "lost" | "damaged">();
});

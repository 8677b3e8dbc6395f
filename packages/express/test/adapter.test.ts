import { adapterTests } from "@bookend/conformance/adapter";
import express5 from "express";
import express4 from "express4";
import { describe, test } from "vitest";
import { startExpress } from "./express-server.js";

describe.each([
  ["4", express4 as typeof express5],
  ["5", express5],
])("Express %s", (_version, express) => {
  for (const { name, run } of adapterTests(startExpress(express))) test(name, run);
});

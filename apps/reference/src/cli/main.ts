#!/usr/bin/env node
import { sayWhyItFailed } from "./failure.js";
import { createProgram } from "./program.js";

try {
  await createProgram().parseAsync();
} catch (error) {
  sayWhyItFailed(error);
  process.exitCode = 1;
}

#!/usr/bin/env node
import { sayWhyItFailed } from "@bookend/reference";
import { runDemo } from "./run-demo.js";

try {
  await runDemo(process.env);
} catch (error) {
  sayWhyItFailed(error);
  process.exitCode = 1;
}

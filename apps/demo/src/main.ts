#!/usr/bin/env node
import { reportFailure } from "@bookend/reference";
import { runDemo } from "./run-demo.js";

try {
  await runDemo(process.env);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

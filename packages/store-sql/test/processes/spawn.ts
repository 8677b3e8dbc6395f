import { processesBeside } from "@bookend/test-kit/run-process";

/** Runs a script of this folder in a separate process; resolves to its output. */
export const runProcess = processesBeside(import.meta.url);

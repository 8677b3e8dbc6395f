import { processesBeside } from "@bookend/test-kit/run-process";

/** Runs a script of this folder in a process of its own; resolves to what it printed. */
export const runProcess = processesBeside(import.meta.url);

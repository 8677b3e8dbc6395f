import { processesBeside } from "@bookend/conformance/run-process";

/** Runs a script of this folder in a process of its own; resolves to what it printed. */
export const runProcess = processesBeside(import.meta.url);

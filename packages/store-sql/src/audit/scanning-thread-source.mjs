// runs the thread from its TypeScript source for tests, which Node.js cannot load by itself
import { register } from "tsx/esm/api";

register();
await import("./scanning-thread.ts");

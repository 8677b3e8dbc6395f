// runs the thread from its source, for tests: Node.js cannot load it by itself
import { register } from "tsx/esm/api";

register();
await import("./scanning-thread.ts");

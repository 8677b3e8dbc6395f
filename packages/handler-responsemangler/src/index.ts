export { responseMangler } from "./handler.js";

export { requestMangler } from "./handler.js";

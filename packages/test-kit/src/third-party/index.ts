export { brokenHandler, soundHandler } from "./broken-handler.js";
export type { Fault } from "./fault.js";
export { faults } from "./third-party-faults.js";

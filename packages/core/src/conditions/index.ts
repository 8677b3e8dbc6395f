export { baseConditions } from "./base-conditions.js";

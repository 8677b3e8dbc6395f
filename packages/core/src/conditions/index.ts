export { baseConditions, baseConditionsOf } from "./base-conditions.js";

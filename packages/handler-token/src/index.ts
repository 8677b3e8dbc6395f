export { type TokenOptions, token } from "./handler.js";
export type {
  TokenAdministration,
  TokenApplication,
  TokenChoices,
  TokenEnrolment,
  ValidityPeriod,
} from "./token-administration.js";

export { createAdmin } from "./admin.js";
export { readPythonOrYaml } from "./bodies/read-python-or-yaml.js";
export { errorCodes } from "./errors.js";
export type {
  Admin,
  AdminDenied,
  AdminOptions,
  AuthorizeInput,
  EnvelopeOptions,
  ExplainedParameters,
  Operation,
  Permission,
} from "./options.js";

export { createAdminUi } from "./admin-ui.js";
export { isCrossSite } from "./cross-site.js";
export type { AdminUi, AdminUiOptions, CookieLogin, Login, TokenLogin } from "./options.js";

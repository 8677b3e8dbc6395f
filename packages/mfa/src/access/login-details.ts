/** The menus that privacyIDEA's web UIs show to administrators and to users. */
const menus = {
  admin: ["tokens", "components", "users", "machines", "config", "audit", "dashboard"],
  user: ["tokens"],
} as const;

/** The rights of users concerning their own tokens. They decide which pages and buttons the web UIs show. */
const userRights = [
  "assign",
  "container_add_token",
  "container_assign_user",
  "container_create",
  "container_delete",
  "container_description",
  "container_list",
  "container_register",
  "container_remove_token",
  "container_state",
  "container_unassign_user",
  "container_unregister",
  "delete",
  "disable",
  "enable",
  "reset",
  "resync",
  "revoke",
  "setdescription",
  "setpin",
  "setrandompin",
  "unassign",
] as const;

const adminRights = [
  ...userRights,
  "adduser",
  "auditlog",
  "configdelete",
  "configread",
  "configwrite",
  "container_info",
  "container_realms",
  "copytokenpin",
  "copytokenuser",
  "deleteuser",
  "eventhandling_read",
  "eventhandling_write",
  "getchallenges",
  "getserial",
  "importtokens",
  "losttoken",
  "manage_machine_tokens",
  "privacyideaserver_read",
  "privacyideaserver_write",
  "resolverdelete",
  "resolverread",
  "resolverwrite",
  "set",
  "set_custom_user_attributes",
  "delete_custom_user_attributes",
  "settokeninfo",
  "smsgateway_read",
  "smsgateway_write",
  "smtpserver_read",
  "smtpserver_write",
  "tokengroup_add",
  "tokengroup_delete",
  "tokengroup_list",
  "tokeninfo",
  "tokenlist",
  "tokenrealms",
  "triggerchallenge",
  "updateuser",
  "userlist",
] as const;

/** The rights of read-only administrators: everything that only needs `GET`. */
const readOnlyRights = [
  "auditlog",
  "configread",
  "container_list",
  "eventhandling_read",
  "getchallenges",
  "getserial",
  "privacyideaserver_read",
  "resolverread",
  "smsgateway_read",
  "smtpserver_read",
  "tokengroup_list",
  "tokenlist",
  "userlist",
] as const satisfies readonly (typeof adminRights)[number][];

/** The role of the logged-in person, for web UIs. */
export type LoginRole = "admin" | "read-only admin" | "user";

const rights: Readonly<Record<LoginRole, readonly string[]>> = {
  admin: adminRights,
  "read-only admin": readOnlyRights,
  user: userRights,
};

/** The behavior of the web UIs. It is fixed in this server, whereas privacyIDEA reads it from policies. */
const uiSettings = {
  log_level: 20,
  /** Seconds without user activity after which the UI logs the user out. */
  logout_time: 120,
  timeout_action: "logout",
  logout_redirect_url: "",
  token_page_size: 15,
  user_page_size: 15,
  audit_page_size: 15,
  default_tokentype: "hotp",
  default_container_type: "generic",
  require_description: [],
  user_details: true,
  token_wizard: false,
  token_wizard_2nd: false,
  container_wizard: { enabled: false },
  admin_dashboard: false,
  dialog_no_token: false,
  search_on_enter: false,
  hide_welcome: true,
  hide_buttons: false,
  deletion_confirmation: true,
  show_seed: false,
  show_node: "",
  token_rollover: {},
  subscription_status: 0,
  subscription_status_push: 0,
  qr_image_android: null,
  qr_image_ios: null,
  qr_image_custom: null,
  rss_age: 0,
  policy_template_url: "",
} as const;

/**
 * Returns the information that `POST /auth` returns for a web UI, in addition to the token. `types` are the token types
 * that can be enrolled.
 */
export function loginDetails(role: LoginRole, types: readonly { readonly type: string }[]) {
  const enrolment = role === "read-only admin" ? [] : types.map(({ type }) => `enroll${type.toUpperCase()}`);
  return {
    ...uiSettings,
    rights: [...rights[role], ...enrolment].sort(),
    menus: menus[role === "user" ? "user" : "admin"],
  };
}

/**
 * The information that web UIs read before a login: `GET /config`. It does not reveal anything about realms, users or
 * the server's settings.
 */
export const uiConfiguration = {
  remote_user: "",
  force_remote_user: "",
  password_reset: false,
  hsm_ready: true,
  has_job_queue: "False",
  realms: "",
  show_node: "",
  external_links: false,
  login_text: "",
  page_title: "Bookend reference app",
  logo: "",
  gdpr_link: "",
  customization: "",
  custom_css: "",
  customization_menu_file: "",
  customization_baseline_file: "",
  otp_pin_set_random_user: "",
  translation_warning: false,
} as const;

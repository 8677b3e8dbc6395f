import type { BindingInput, Bookend } from "@bookend/core";
import { demoFederationServer } from "./demo-federation.js";
import { demoScript } from "./demo-script.js";
import { branchRealm } from "./demo-users.js";
import { hookPath } from "./hook-receiver.js";

const demoHook = "Tell another system whose token it is";
const durableHook = "Tell another system that a token was taken away, even if it is down";

/** Names of the bindings that post webhooks to the demo itself. */
const ownHooks: ReadonlySet<string> = new Set([demoHook, durableHook]);

const sendmail = { handler: "UserNotification", action: "sendmail" } as const;
const logging = { handler: "Logging", action: "logging" } as const;

/**
 * The bindings of the first version of the demo. None of them sends a mail when an administrator enrolls a HOTP or TOTP
 * token: the walk-through in the README adds a binding that does.
 */
const firstBindings: readonly BindingInput[] = [
  {
    name: "Mail a registration code to its owner",
    events: ["token_init"],
    ...sendmail,
    conditions: { tokentype: "registration" },
    options: {
      emailconfig: "demo",
      To: "tokenowner",
      subject: "Your registration code",
      body: "Hello {givenname},\n\nyour registration code is {registrationcode}. It works once.\n",
    },
  },
  {
    name: "Tell the admin that a user enrolled a token",
    events: ["token_init"],
    ...sendmail,
    conditions: { logged_in_user: "user" },
    options: {
      emailconfig: "demo",
      To: "internal admin",
      "To internal admin": "admin",
      subject: "{username} enrolled a token",
      body: "{givenname} {surname} ({username}@{userrealm}) enrolled the {tokentype} token {serial} at {time} from {client_ip}.\n",
    },
  },
  {
    name: "Tell the owner that their token is locked",
    events: ["validate_check"],
    ...sendmail,
    conditions: { token_locked: "True", result_value: "False" },
    options: {
      emailconfig: "demo",
      To: "tokenowner",
      subject: "Your token is locked",
      mimetype: "html",
      body: "<p>Hello {givenname},</p><p>your token <b>{serial}</b> was locked after too many wrong attempts, the last one from {client_ip}.</p>",
    },
  },
  {
    name: "SMS to the owner whose PIN was changed",
    events: ["token_setpin", "token_setrandompin"],
    handler: "UserNotification",
    action: "sendsms",
    options: { smsconfig: "demo", To: "tokenowner", body: "The PIN of your token {serial} was changed at {time}." },
  },
  {
    name: "Letter with a random PIN, for the printer",
    events: ["token_setrandompin"],
    handler: "UserNotification",
    action: "savefile",
    options: {
      filename: "pin-{serial}-{random}.txt",
      body: "Dear {givenname} {surname},\n\nthe PIN of your token {serial} is {pin}.\n",
    },
  },
  {
    name: "Count logins",
    events: ["validate_check"],
    handler: "Counter",
    action: "increase_counter",
    conditions: { result_authentication: "ACCEPT" },
    options: { counter_name: "logins" },
  },
  {
    name: "Count failed logins",
    events: ["validate_check"],
    ordering: 1,
    handler: "Counter",
    action: "increase_counter",
    conditions: { result_authentication: "REJECT" },
    options: { counter_name: "failed_logins" },
  },
  {
    name: "Alarm after ten failed logins",
    events: ["validate_check"],
    ordering: 2,
    ...logging,
    conditions: { counter: "failed_logins >= 10" },
    options: {
      name: "alarm",
      level: "WARNING",
      message: "ten failed logins or more; the last one by {username} from {client_ip}",
    },
  },
  {
    name: "A successful login resets the counter of failed logins",
    events: ["validate_check"],
    ordering: 3,
    handler: "Counter",
    action: "reset_counter",
    conditions: { result_authentication: "ACCEPT", counter: "failed_logins > 0" },
    options: { counter_name: "failed_logins" },
  },
  {
    name: "Log who deletes tokens, before they are gone",
    events: ["token_delete"],
    position: "pre",
    ...logging,
    options: { name: "deletions", message: "{admin} deletes the {tokentype} token {serial} of {username}" },
  },
  {
    name: "A partner without a token gets one that mails its codes",
    events: ["validate_check"],
    position: "pre",
    handler: "Token",
    action: "enroll",
    conditions: { realm: "partners", user_token_number: "0" },
    options: { tokentype: "email", user: "True", dynamic_email: "True", additional_params: '{"pin": "1234"}' },
  },
  {
    name: "Log every call (switch it on to watch)",
    active: false,
    events: ["auth", "token_init", "token_list", "validate_check", "validate_triggerchallenge"],
    ...logging,
    options: {
      name: "watch",
      level: "DEBUG",
      message: "{action} by {admin}@{realm} from {client_ip} with {ua_browser}",
    },
  },
];

/**
 * Returns bindings of the handlers that `firstBindings` does not use. `url` is the URL at which the demo reaches itself.
 */
function laterBindings(url: string): readonly BindingInput[] {
  const mangleName = {
    events: ["validate_check"],
    position: "pre",
    handler: "RequestMangler",
    action: "set",
    conditions: { realm: branchRealm },
  } as const;
  const fromName = { match_parameter: "user", match_pattern: `(?i)(.+)@(${branchRealm})` };
  return [
    {
      name: "Disable the tokens of a lost container",
      events: ["container_set_states"],
      handler: "Container",
      action: "disable all tokens",
      conditions: { container_state: "lost" },
    },
    {
      name: "Remember from where a partner logged in",
      events: ["validate_check"],
      ordering: 4,
      handler: "CustomUserAttributes",
      action: "set_custom_user_attributes",
      conditions: { realm: "partners", result_authentication: "ACCEPT" },
      options: { user: "tokenowner", attrkey: "last_login_from", attrvalue: "{client_ip}" },
    },
    {
      name: "Branch office: the realm comes from the name",
      ordering: 1,
      ...mangleName,
      options: { parameter: "realm", value: "{1}", ...fromName },
    },
    {
      name: "Branch office: the name without its realm",
      ordering: 2,
      ...mangleName,
      options: { parameter: "user", value: "{0}", ...fromName },
    },
    {
      // in another realm, so that the receiving server, which is this one, does not forward the call again
      name: "Branch office: another server responds",
      events: ["validate_check"],
      ordering: -1,
      handler: "Federation",
      action: "forward",
      conditions: { realm: branchRealm, result_value: "False" },
      options: { privacyIDEA: demoFederationServer, realm: "corp" },
    },
    {
      // after the binding that writes the letter
      name: "Remove a random PIN from the response",
      events: ["token_setrandompin"],
      ordering: 10,
      handler: "ResponseMangler",
      action: "delete",
      options: { "JSON pointer": "/detail/pin" },
    },
    {
      name: "Keep a list of revoked tokens",
      events: ["token_revoke"],
      handler: "Script",
      action: demoScript,
      options: { background: "wait", serial: "True", user: "True", realm: "True", logged_in_user: "True" },
    },
    {
      name: demoHook,
      events: ["token_assign"],
      handler: "WebHook",
      action: "post_webhook",
      options: {
        URL: url + hookPath,
        content_type: "application/json",
        replace: "True",
        data: '{"what": "token assigned", "serial": "{token_serial}", "to": "{username}@{user_realm}", "by": "{admin}"}',
      },
    },
  ];
}

/** Returns bindings with durable deliveries, which arrive even if the receiver is unavailable for a while. */
function durableBindings(url: string): readonly BindingInput[] {
  return [
    {
      name: "Tell the admin that a token was taken away, even if the mail server is down",
      events: ["token_unassign"],
      ...sendmail,
      delivery: "durable",
      options: {
        emailconfig: "demo",
        To: "internal admin",
        "To internal admin": "admin",
        subject: "{serial} no longer has an owner",
        body: "{admin} took the token {serial} away from its owner at {time}.\n",
        // short enough to watch: by default, the third attempt is made after five minutes
        retry_schedule: "5s, 5s, 10s, 15s, 30s, 1m, 5m, 30m, 2h, 5h, 10h",
      },
    },
    {
      name: durableHook,
      events: ["token_unassign"],
      ordering: 1,
      handler: "WebHook",
      action: "post_webhook",
      delivery: "durable",
      options: {
        URL: url + hookPath,
        content_type: "application/json",
        replace: "True",
        data: '{"what": "token unassigned", "serial": "{token_serial}", "by": "{admin}"}',
        max_age: "1h",
      },
    },
  ];
}

/** Adds the bindings that came with a version of the demo data, except those that already exist. */
export async function addDemoBindings(
  { bindings: stored }: Bookend,
  { version, url }: { readonly version: 1 | 2 | 3; readonly url: string },
): Promise<void> {
  const names = new Set((await stored.list()).map(({ name }) => name));
  const added = { 1: () => firstBindings, 2: () => laterBindings(url), 3: () => durableBindings(url) }[version]();
  for (const binding of added) {
    if (!names.has(binding.name)) await stored.add(binding);
  }
}

/** Updates the URLs of the webhooks to the demo itself, which may listen on a different port after each start. */
export async function followHook({ bindings: stored }: Bookend, url: string): Promise<void> {
  for (const binding of await stored.list()) {
    const posted = String(binding.options.URL);
    if (!ownHooks.has(binding.name) || !URL.canParse(posted) || new URL(posted).pathname !== hookPath) continue;
    if (posted === url + hookPath) continue;
    await stored.update(binding.id, { options: { ...binding.options, URL: url + hookPath } });
  }
}

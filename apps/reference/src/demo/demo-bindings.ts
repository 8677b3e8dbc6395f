import type { BindingInput, Bookend } from "@bookend/core";

const sendmail = { handler: "UserNotification", action: "sendmail" } as const;
const logging = { handler: "Logging", action: "logging" } as const;

/** Bindings worth looking at. None of them mails about a HOTP or TOTP token that an administrator enrols: that is the README's walk-through. */
const bindings: readonly BindingInput[] = [
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
    name: "Tell the owner that his token is locked",
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
    name: "A good login sets the failed ones back",
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
    name: "Everything to the log (switch it on to watch)",
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

/** Adds the bindings whose handlers are registered and that are not there yet. */
export async function addDemoBindings({ bindings: stored, registry }: Bookend): Promise<void> {
  const names = new Set((await stored.list()).map(({ name }) => name));
  for (const binding of bindings) {
    if (registry.action(binding.handler, binding.action) && !names.has(binding.name)) await stored.add(binding);
  }
}

/** A binding in the format of `POST /event/import`. */
interface ImportedBinding {
  readonly name: string;
  readonly event: readonly string[];
  readonly position: "post";
  readonly handlermodule: string;
  readonly action: string;
  readonly options: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, string>>;
}

const kinds = [
  { handlermodule: "Logging", action: "logging", options: { message: "{action} of {serial} by {username}" } },
  {
    handlermodule: "UserNotification",
    action: "savefile",
    options: {
      filename: "{serial} of {username}",
      body: `<p>Hello {givenname}, {{#if serial}}your token {serial}{{else}}nothing{{/if}} {action}</p>${"<p>text</p>".repeat(50)}`,
    },
  },
  {
    handlermodule: "WebHook",
    action: "post_webhook",
    options: {
      URL: "https://hook.example/in?token=1",
      content_type: "application/json",
      replace: "True",
      data: '{"serial": "{token_serial}", "user": "{username}", "realm": "{user_realm}"}',
    },
  },
  { handlermodule: "Token", action: "set tokeninfo", options: { key: "seen", value: "{now}" } },
  { handlermodule: "Counter", action: "increase_counter", options: { counter_name: "enrolled" } },
];

/** Returns bindings of several modules that no call of the tests fulfills, each with different conditions. */
export function importedBindings(count: number, prefix: string): readonly ImportedBinding[] {
  return Array.from({ length: count }, (_, index) => ({
    ...(kinds[index % kinds.length] as (typeof kinds)[number]),
    name: `${prefix} ${index}`,
    event: ["token_init", "token_list"],
    position: "post" as const,
    conditions: { user_info: `number == ${index}`, tokeninfo: `n == ${index}`, client_ip: `10.${index % 250}.0.0/16` },
  }));
}

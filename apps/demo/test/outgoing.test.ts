import { createHmac } from "node:crypto";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { expect, it, onTestFinished } from "vitest";
import { bareServer } from "./bare-server.js";

/**
 * Creates two servers, `here` and `branch`. If `here` rejects an authentication, it forwards the call to `branch` at
 * `address`. A demo may call only its own address, 127.0.0.1.
 */
async function federated(address = "127.0.0.1") {
  const branch = await bareServer();
  await branch.domain.tokens.set({ serial: "PISP00000001" }, { pin: "branch-pin" });
  const here = await bareServer();
  await here.admin.call("POST", "/privacyideaserver/branch", { url: branch.url.replace("127.0.0.1", address) });
  await here.bind({
    event: "validate_check",
    position: "post",
    handlermodule: "Federation",
    action: "forward",
    conditions: { result_value: "False" },
    options: { privacyIDEA: "branch" },
  });
  const check = (pass: string) => here.api.call("POST", "/validate/check", { user: "bob", pass });
  return { branch, here, check };
}

it("if a server rejects an authentication, the server to which the call is forwarded decides", async () => {
  const { branch, check } = await federated();
  const own = await check("bob-pin");
  expect(own.body.result).toMatchObject({ value: true, authentication: "ACCEPT" });
  expect(own.body.detail).not.toHaveProperty("origin");
  const origin = `${branch.url}/validate/check`;
  const forwarded = await check("branch-pin");
  expect(forwarded.body).toMatchObject({
    id: 2,
    result: { status: true, value: true, authentication: "ACCEPT" },
    detail: { serial: "PISP00000001", origin },
  });
  const rejected = await check("wrong");
  expect(rejected.body).toMatchObject({ result: { value: false, authentication: "REJECT" }, detail: { origin } });
  const { info } = await branch.domain.tokens.require("PISP00000001");
  expect(info.count_auth).toBe("2");
});

it("a call fails if the operator did not allow the private address of the other server", async () => {
  const { branch, here, check } = await federated("127.0.0.2");
  const failed = await check("branch-pin");
  expect([failed.status, failed.body.result.status]).toEqual([500, false]);
  expect(await here.actions()).toMatchObject([
    {
      action: "POST-EVENT validate_check>>Federation:forward",
      success: false,
      info: expect.stringContaining("ADDRESS"),
    },
  ]);
  expect((await branch.domain.tokens.require("PISP00000001")).info).not.toHaveProperty("count_auth");
});

it("webhooks are signed with the operator's secret, and posted to private addresses only if the operator allows them", async () => {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  const key = Buffer.alloc(24, "k");
  const webhook = {
    event: "token_init",
    position: "post",
    handlermodule: "WebHook",
    action: "post_webhook",
    options: {
      URL: receiver.url,
      content_type: "application/json",
      replace: "True",
      data: '{"serial": "{token_serial}", "owner": "{token_owner}"}',
    },
  };
  const webhookSecrets = [`whsec_${key.toString("base64")}`];
  const server = await bareServer({ config: { outgoing: { webhookSecrets } } });
  await server.bind(webhook);
  await server.admin.call("POST", "/token/init", { type: "spass", pin: "1", serial: "T1", user: "alice" });
  const [posted] = receiver.received;
  if (!posted) throw new Error("Nothing was posted.");
  const { body, headers } = posted;
  expect(JSON.parse(body)).toMatchObject({ serial: "T1" });
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);

  const strict = await bareServer();
  await strict.bind({
    ...webhook,
    options: { ...webhook.options, URL: receiver.url.replace("127.0.0.1", "127.0.0.2") },
  });
  await strict.admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "alice" });
  expect(await strict.actions()).toMatchObject([{ success: false, info: expect.stringContaining("ADDRESS") }]);
  expect(receiver.received).toHaveLength(1);
});

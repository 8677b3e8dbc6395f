import { demoAdmin } from "./demo-users.js";

/** Returns the greeting of the demo, printed when it is ready. */
export function greeting(url: string): string {
  const { username, password } = demoAdmin;
  return `
Bookend reference app ready at ${url}

  Web UI     ${url}/ui/   (see and change what happens before and after each call)
  Admin      ${username}, password ${password}
  Outbox     ${url}/demo   (mails, SMS and webhooks that this demo sends; nothing leaves this machine)

Click first: sign in to the web UI and follow "New binding", or "Explain" to see why a binding does or does not run.

Try first: lock Bob's token, and look at the outbox.

  for i in $(seq 10); do curl -s ${url}/validate/check -d user=bob -d pass=wrong; done

Then: log in as Carol. Her PIN requests a code, which arrives in the outbox; the second call sends it.

  curl -s ${url}/validate/check -d user=carol -d pass=1234
  curl -s ${url}/validate/check -d user=carol -d transaction_id=… -d pass=…

More in apps/demo/README.md. Ctrl-C stops the demo; your changes are kept.
`;
}

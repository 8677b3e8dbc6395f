// Shows the outbox. The content of messages is inserted as text, and the HTML of mails only into a sandboxed frame.
const byId = (id) => document.getElementById(id);
const kinds = {
  mails: byId("show-mails"),
  sms: byId("show-sms"),
  hooks: byId("show-hooks"),
  deliveries: byId("show-deliveries"),
};
const counts = {
  mails: byId("mail-count"),
  sms: byId("sms-count"),
  hooks: byId("hook-count"),
  deliveries: byId("delivery-count"),
};
const show = { mails: showMail, sms: showSms, hooks: showHook, deliveries: showDelivery };
let shown = "mails";
let last = "";

for (const [kind, button] of Object.entries(kinds)) {
  button.addEventListener("click", () => {
    shown = kind;
    last = "";
    for (const [name, other] of Object.entries(kinds)) other.setAttribute("aria-pressed", String(name === kind));
    void refresh();
  });
}

byId("smtp").addEventListener("click", async () => {
  const { running } = await load("/demo/smtp");
  await fetch(`/demo/smtp/${running ? "stop" : "start"}`, { method: "POST" });
  await refresh();
});

async function refresh() {
  try {
    byId("smtp").textContent = (await load("/demo/smtp")).running ? "Stop the mail server" : "Start the mail server";
    const names = Object.keys(kinds);
    const lists = await Promise.all(names.map((name) => load(`/demo/${name}`)));
    for (const [index, name] of names.entries()) counts[name].textContent = lists[index].length;
    const messages = lists[names.indexOf(shown)];
    const now = JSON.stringify(messages.map(({ at, id, text }) => [at, id, text]));
    if (now === last) return;
    last = now;
    byId("state").textContent = messages.length === 0 ? "Nothing has been sent yet." : "";
    const open = new Set([...document.querySelectorAll("details[open]")].map((details) => details.dataset.id));
    byId("messages").replaceChildren(...messages.map((message) => show[shown](message, open)));
  } catch {
    last = "";
    byId("state").textContent = "The server does not respond. Trying again …";
  }
}

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function fill(template, { who, at, text }) {
  const item = byId(template).content.firstElementChild.cloneNode(true);
  item.querySelector(".who").textContent = who;
  const time = item.querySelector("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleString();
  item.querySelector(".text").textContent = text;
  return item;
}

function showSms({ from, to, text, at }) {
  return fill("sms", { who: `${from} → ${to}`, at, text });
}

function showHook({ headers, body, at }) {
  const who = [headers["content-type"], headers["webhook-id"]].filter(Boolean).join(", ");
  return fill("hook", { who: who || "no content type", at, text: indented(body) });
}

function showDelivery({ kind, destination, state, summary, reason, due, attempts, at }) {
  const next = state === "waiting" ? `, next try ${new Date(due).toLocaleTimeString()}` : "";
  const text = `${state}${next}: ${summary}${reason ? ` (${reason})` : ""}`;
  const item = fill("delivery", { who: `${kind} → ${destination}`, at, text });
  const tries = attempts.map(({ time, outcome, reason: why }) =>
    element("li", `${new Date(time).toLocaleTimeString()} ${outcome}${why ? `: ${why}` : ""}`),
  );
  item.querySelector(".attempts").append(...tries);
  return item;
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function showMail(mail, open) {
  const item = fill("mail", { who: `${mail.from} → ${mail.to.join(", ")}`, at: mail.at, text: mail.text });
  const details = item.querySelector("details");
  details.dataset.id = mail.id;
  item.querySelector(".subject").textContent = mail.subject || "(no subject)";
  const headers = item.querySelector(".headers");
  for (const [name, value] of Object.entries(mail.headers)) {
    headers.append(element("dt", name), element("dd", value));
  }
  const frame = item.querySelector("iframe");
  if (mail.html) details.addEventListener("toggle", () => void showHtml(frame, mail), { once: true });
  else frame.remove();
  details.open = open.has(String(mail.id));
  item
    .querySelector(".attachments")
    .append(...mail.attachments.map((attachment, index) => showAttachment(mail, attachment, index)));
  return item;
}

// a sandboxed frame cannot load images from this server, so they are inserted into the HTML
async function showHtml(frame, mail) {
  let html = mail.html;
  for (const [index, { cid }] of mail.attachments.entries()) {
    if (cid && html.includes(`cid:${cid}`))
      html = html.replaceAll(`cid:${cid}`, await dataUrl(attachmentUrl(mail, index)));
  }
  frame.srcdoc = html;
}

async function dataUrl(path) {
  const blob = await (await fetch(path)).blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(blob);
  });
}

function showAttachment(mail, { filename, contentType, size }, index) {
  const item = document.createElement("li");
  const url = attachmentUrl(mail, index);
  const link = element("a", `${filename ?? "attachment"} (${contentType}, ${size} bytes)`);
  link.href = url;
  link.download = filename ?? "";
  if (contentType === "image/png") {
    const image = document.createElement("img");
    image.src = url;
    image.alt = filename ?? "";
    item.append(image);
  }
  item.append(link);
  return item;
}

function attachmentUrl(mail, index) {
  return `/demo/mails/${mail.id}/attachments/${index}`;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

void refresh();
setInterval(refresh, 2000);

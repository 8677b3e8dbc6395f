import type { SendMailOptions } from "nodemailer";
import { MessagingError } from "./errors.js";
import { checkHeaderValue, type MailAddress, parseMailAddress } from "./mail-address.js";

/** A file in a mail. With a `cid`, the HTML body can show it: `<img src="cid:…">`. */
export interface MailAttachment {
  filename: string;
  /** As `image/png`. */
  contentType: string;
  content: Buffer;
  cid?: string | undefined;
}

/** A mail. It has `text`, `html`, or both. */
export interface Mail {
  /** One address each, as `user@example.org` or `Name <user@example.org>`. */
  to: readonly string[];
  /** Default: the sender of the SMTP server's configuration. */
  from?: string | undefined;
  replyTo?: readonly string[] | undefined;
  subject: string;
  text?: string | undefined;
  html?: string | undefined;
  attachments?: readonly MailAttachment[] | undefined;
  /** Further headers, such as `X-Priority`. Those that the mail has anyway are refused. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** As `<id@example.org>`: the same over several tries. Default: a new one. */
  messageId?: string | undefined;
  /** Aborts the sending. */
  signal?: AbortSignal | undefined;
}

/** Headers that are made from the other fields of a mail. */
const OWN_HEADER =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|return-path|received|dkim-.*|resent-.*|content-.*)$/i;

/**
 * Checks a mail and puts it into nodemailer's terms: addresses as objects, an envelope of its own, content as text or bytes.
 *
 * @throws MessagingError `INVALID_ADDRESS`, `INVALID_HEADER`, `INVALID_MESSAGE`
 */
export function composeMail(mail: Mail, sender: string | undefined): SendMailOptions {
  if (mail.to.length === 0) throw new MessagingError("INVALID_MESSAGE", "to: a mail needs a recipient.");
  if (mail.text === undefined && mail.html === undefined) {
    throw new MessagingError("INVALID_MESSAGE", "text, html: a mail needs a body.");
  }
  const from = parseMailAddress("from", mail.from ?? sender ?? "");
  const to = parseAll("to", mail.to);
  return {
    from,
    to,
    envelope: { from: from.address, to: to.map(({ address }) => address) },
    subject: checkHeaderValue("subject", mail.subject),
    ...(mail.replyTo?.length && { replyTo: parseAll("replyTo", mail.replyTo) }),
    ...(mail.text !== undefined && { text: mail.text }),
    ...(mail.html !== undefined && { html: mail.html }),
    ...(mail.messageId !== undefined && { messageId: checkMessageId(mail.messageId) }),
    headers: checkHeaders(mail.headers ?? {}),
    attachments: (mail.attachments ?? []).map(composeAttachment),
  };
}

function parseAll(field: string, addresses: readonly string[]): MailAddress[] {
  return addresses.map((address) => parseMailAddress(field, address));
}

function checkMessageId(id: string): string {
  if (/^<[!-;=?A-~]+@[!-;=?A-~]+>$/.test(id)) return id;
  throw new MessagingError("INVALID_HEADER", "messageId: not of the form <id@example.org>.");
}

function checkHeaders(headers: Readonly<Record<string, string>>) {
  return Object.entries(headers).map(([key, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key) || OWN_HEADER.test(key)) {
      throw new MessagingError("INVALID_HEADER", `headers: ${JSON.stringify(key)} is not a header that can be added.`);
    }
    return { key, value: checkHeaderValue(`headers: ${key}`, value) };
  });
}

function composeAttachment({ filename, contentType, content, cid }: MailAttachment) {
  checkHeaderValue("filename", filename);
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType)) {
    throw new MessagingError("INVALID_HEADER", "contentType: not of the form image/png.");
  }
  if (cid !== undefined && !/^[\w.@+-]+$/.test(cid)) {
    throw new MessagingError("INVALID_HEADER", "cid: letters, digits and . _ @ + - are allowed.");
  }
  return { filename, contentType, content, ...(cid !== undefined && { cid }) };
}

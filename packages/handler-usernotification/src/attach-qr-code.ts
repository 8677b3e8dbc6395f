import { type ActionContext, parseTemplate } from "@bookend/core";
import { drawQrCode } from "@bookend/qr-code";
import type { MailAttachment } from "./mailer.js";

/** Content-ID of the attached image: `<img src="cid:token_image">`. */
export const tokenImageCid = "token_image";

/** Paths of URLs in the response. The first that exists becomes the QR code. */
const urls = ["googleurl_value", "pushurl_value", "container_url_value"].map((tag) => parseTemplate(`{${tag}}`));

const serials = ["serial", "container_serial"].map((tag) => parseTemplate(`{${tag}}`));

/**
 * Returns the QR code of the token or container that the call enrolled. Undefined if the response contains no URL for
 * it.
 */
export async function attachQrCode(render: ActionContext<unknown>["render"]): Promise<MailAttachment | undefined> {
  const url = await firstOf(urls, render);
  if (url === "") return undefined;
  const serial = (await firstOf(serials, render)).replace(/[^\w.-]/g, "_") || "token";
  return {
    filename: `${serial}.png`,
    contentType: "image/png",
    content: drawQrCode(url, { scale: 6 }),
    cid: tokenImageCid,
  };
}

async function firstOf(templates: typeof urls, render: ActionContext<unknown>["render"]): Promise<string> {
  for (const template of templates) {
    const text = await render(template);
    if (text !== "") return text;
  }
  return "";
}

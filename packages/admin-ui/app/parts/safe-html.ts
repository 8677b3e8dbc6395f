const removed =
  "script, iframe, frame, frameset, object, embed, applet, link, meta, base, form, input, button, textarea, select, " +
  "audio, video, source, track, portal, svg, math, template, noscript, slot";

const loading = [
  "src",
  "srcset",
  "background",
  "poster",
  "data",
  "action",
  "formaction",
  "ping",
  "xlink:href",
  "lowsrc",
];

const styleName = "data-bookend-css";

/**
 * Rewrites HTML for a sandboxed frame, so that nothing of it needs what the page's policy forbids: no script, no
 * request, no inline style. Styles become one sheet with the page's nonce; images of the mail become data.
 */
export function safeHtml(
  html: string,
  { nonce, images }: { readonly nonce: string; readonly images: Readonly<Record<string, string>> },
): string {
  // even a document that is not shown reports a style attribute as a violation of the policy
  const renamed = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])style(?=\s*=)/gi, `$1${styleName}`));
  const page = new DOMParser().parseFromString(renamed, "text/html");
  const rules: string[] = [];
  for (const style of page.querySelectorAll("style")) {
    rules.push(style.textContent ?? "");
    style.remove();
  }
  for (const element of page.querySelectorAll(removed)) element.remove();
  let numbered = 0;
  for (const element of page.querySelectorAll("*")) {
    const style = element.getAttribute(styleName);
    const source = element.tagName === "IMG" ? sourceOf(element.getAttribute("src") ?? "", images) : undefined;
    for (const { name } of [...element.attributes]) {
      const lower = name.toLowerCase();
      if (
        lower.startsWith("on") ||
        lower === "style" ||
        lower === styleName ||
        lower === "nonce" ||
        loading.includes(lower)
      ) {
        element.removeAttribute(name);
      }
    }
    // links lead nowhere: the frame may not open anything
    if (element.hasAttribute("href")) {
      element.setAttribute("title", element.getAttribute("href") ?? "");
      element.setAttribute("href", "#");
    }
    if (source !== undefined) element.setAttribute("src", source);
    if (style !== null) {
      numbered += 1;
      element.setAttribute("data-bookend-style", String(numbered));
      rules.push(`[data-bookend-style="${numbered}"]{${style}}`);
    }
  }
  const sheet = page.createElement("style");
  sheet.setAttribute("nonce", nonce);
  // addresses in styles would be requests
  sheet.textContent = ["body{font-family:sans-serif;margin:12px;color:#111;background:#fff}", ...rules]
    .join("\n")
    .replace(/@import[^;]*;?/gi, "")
    .replace(/(?:url|image|image-set|src)\s*\(/gi, "none(")
    // "<" could end the sheet
    .replace(/[\\<]/g, "");
  page.head.prepend(sheet);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** Images of the mail itself, and data; everything else would be a request. */
function sourceOf(source: string, images: Readonly<Record<string, string>>): string | undefined {
  if (/^data:image\/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$/.test(source)) return source;
  const cid = /^cid:(.+)$/.exec(source)?.[1];
  return cid === undefined ? undefined : images[cid];
}

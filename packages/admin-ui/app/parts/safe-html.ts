import { safeCss } from "./safe-css.ts";

const removed =
  "script, iframe, frame, frameset, object, embed, applet, link, meta, base, form, input, button, textarea, select, " +
  "audio, video, source, track, portal, svg, math, template, noscript, slot, " +
  // the parser reads their content as text, but the frame could read it as markup after it was rewritten
  "xmp, noembed, noframes, plaintext";

/** Attributes that do not load or run anything and do not lead elsewhere. All others are removed, except `aria-*`. */
const kept = new Set(
  (
    "abbr align alt axis bgcolor border cellpadding cellspacing char charoff clear color cols colspan compact coords " +
    "datetime dir face frame headers height hidden hspace id class lang noshade nowrap open reversed role rows rowspan " +
    "rules scope shape size span start summary title type valign value vspace width"
  ).split(" "),
);

const styleName = "data-bookend-css";
const sheetName = "data-bookend-sheet";

/** An opening tag, whose quoted values may contain angle brackets. */
const tags = /<[a-z](?:"[^"]*"|'[^']*'|[^<>"'])*>/gi;

/**
 * Rewrites HTML for a sandboxed frame, so that it needs nothing that the page's policy forbids: no script, no request,
 * no inline style. Styles become one sheet with the page's nonce; images of the mail become data URLs.
 */
export function safeHtml(
  html: string,
  { nonce, images }: { readonly nonce: string; readonly images: Readonly<Record<string, string>> },
): string {
  const page = new DOMParser().parseFromString(withoutReports(html), "text/html");
  const rules: string[] = [];
  for (const style of page.querySelectorAll(`style, xmp[${sheetName}]`)) {
    rules.push(style.textContent ?? "");
    style.remove();
  }
  for (const element of page.querySelectorAll(removed)) element.remove();
  let numbered = 0;
  for (const element of page.querySelectorAll("*")) {
    const style = element.getAttribute(styleName);
    const source = element.tagName === "IMG" ? sourceOf(element.getAttribute("src") ?? "", images) : undefined;
    const href = element.getAttribute("href");
    for (const { name } of [...element.attributes]) {
      if (!kept.has(name) && !name.startsWith("aria-")) element.removeAttribute(name);
    }
    // links have no target: the frame may not open anything
    if (href !== null) {
      element.setAttribute("title", href);
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
  sheet.textContent = safeCss(
    ["body{font-family:sans-serif;margin:12px;color:#111;background:#fff}", ...rules].join("\n"),
  );
  page.head.prepend(sheet);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/**
 * Prevents reports of violations of the page's policy, which even a document that is not displayed causes: styles and
 * handlers are renamed, and style sheets become an element whose content is text as well. Anything that this misses is
 * reported, and removed afterwards.
 */
function withoutReports(html: string): string {
  return html
    .replace(tags, (tag) =>
      tag
        .replace(/^<style\b/i, `<xmp ${sheetName}`)
        .replace(/([\s"'/])(?:style|(on[a-z]+))(?=\s*=)/gi, (_all, before: string, handler?: string) =>
          handler === undefined ? before + styleName : `${before}data-bookend-none`,
        ),
    )
    .replace(/<\/style\b/gi, "</xmp");
}

/**
 * Returns the source of an image: a data URL unchanged, and an image of the mail as a data URL. Undefined for any other
 * source, which would cause a request.
 */
function sourceOf(source: string, images: Readonly<Record<string, string>>): string | undefined {
  if (/^data:image\/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$/.test(source)) return source;
  const cid = /^cid:(.+)$/.exec(source)?.[1];
  return cid !== undefined && Object.hasOwn(images, cid) ? images[cid] : undefined;
}

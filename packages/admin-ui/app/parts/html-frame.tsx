import { useMemo } from "react";
import { nonce } from "../config.ts";
import { safeHtml } from "./safe-html.ts";

/** Shows untrusted HTML in a frame that allows no scripts, forms, links or requests. */
export function HtmlFrame({
  title,
  html,
  images = {},
}: {
  title: string;
  html: string;
  images?: Readonly<Record<string, string>>;
}) {
  const page = useMemo(() => safeHtml(html, { nonce, images }), [html, images]);
  return <iframe className="bk-frame" title={title} sandbox="" srcDoc={page} referrerPolicy="no-referrer" />;
}

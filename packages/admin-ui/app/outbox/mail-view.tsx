import { Anchor, Paper } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { attachmentUrl, readImage, type SentMail } from "../api/outbox.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { HtmlFrame } from "../parts/html-frame.tsx";

/** A mail that opens on a click. It then looks as it does to its recipient, including images such as a QR code. */
export function MailView({ mail }: { mail: SentMail }) {
  const { t, time, number } = useTranslation();
  const [open, setOpen] = useState(false);
  const images = useQuery({
    queryKey: ["mail images", mail.id, mail.at],
    queryFn: async ({ signal }) => {
      const shown = mail.attachments.flatMap(({ cid, contentType }, index) =>
        cid !== null && contentType === "image/png" ? [{ cid, index }] : [],
      );
      const read = shown.map(async ({ cid, index }): Promise<[string, string]> => {
        return [cid.replace(/^<|>$/g, ""), await readImage(attachmentUrl(mail, index), signal)];
      });
      return Object.fromEntries(await Promise.all(read));
    },
    enabled: open && mail.html !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Paper withBorder component="article" className="bk-explained" aria-label={mail.subject}>
      <button type="button" className="bk-open" aria-expanded={open} onClick={() => setOpen(!open)}>
        <strong>{mail.subject}</strong>
        <span>{t("To {to}", { to: mail.to.join(", ") })}</span>
        <time className="bk-end bk-hint">{time(mail.at)}</time>
      </button>
      {open && (
        <div className="bk-stack-small">
          {mail.html !== "" && !images.isPending && (
            <HtmlFrame
              title={t("HTML of “{name}”", { name: mail.subject })}
              html={mail.html}
              images={images.data ?? {}}
            />
          )}
          {images.isError && <p className="bk-error">{images.error.message}</p>}
          {mail.html === "" && <p className="bk-text">{mail.text}</p>}
          {mail.attachments.length > 0 && (
            <ul className="bk-attachments">
              {mail.attachments.map(({ filename, contentType, size }, index) => (
                <li key={`${filename} ${contentType} ${size}`}>
                  <Anchor href={attachmentUrl(mail, index)} target="_blank" rel="noreferrer">
                    {filename ?? contentType}
                  </Anchor>{" "}
                  <small className="bk-hint">
                    {contentType}, {t("{size} bytes", { size: number(size) })}
                  </small>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Paper>
  );
}

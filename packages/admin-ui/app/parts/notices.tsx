import { Button, CloseButton } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { session } from "../session.ts";

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "done" | "failed";
  readonly action?: { readonly label: string; run(): void } | undefined;
}

/** Shows the user what was done, or why it failed. */
export interface Notify {
  done(text: string, action?: Notice["action"]): void;
  failed(error: unknown): void;
}

const NotifyContext = createContext<Notify | undefined>(undefined);

/** How long a notice without an error stays, in milliseconds: long enough to undo. */
const stayMs = 10_000;
const maxShown = 4;

/** Shows notices below the page. */
export function Notices({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const next = useRef(0);
  const remove = useCallback((id: number) => setNotices((all) => all.filter((one) => one.id !== id)), []);
  const notify = useMemo<Notify>(() => {
    const add = (notice: Omit<Notice, "id">) => {
      next.current += 1;
      const id = next.current;
      setNotices((all) => [...all.slice(1 - maxShown), { ...notice, id }]);
      if (notice.kind === "done") setTimeout(() => remove(id), stayMs);
    };
    return {
      done: (text, action) => add({ text, kind: "done", action }),
      failed: (error) => add({ text: error instanceof Error ? error.message : String(error), kind: "failed" }),
    };
  }, [remove]);
  // the next user must not see what the previous one did, or that their session ended
  useEffect(() => session.subscribe(() => setNotices([])), []);
  return (
    <NotifyContext value={notify}>
      {children}
      <div className="bk-notices" role="status" aria-live="polite">
        {notices.map(({ id, text, kind, action }) => (
          <div key={id} className="bk-notice" data-kind={kind}>
            <span className="bk-notice-text">{text}</span>
            {action && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  remove(id);
                  action.run();
                }}
              >
                {action.label}
              </Button>
            )}
            <CloseButton aria-label={t("Close")} onClick={() => remove(id)} />
          </div>
        ))}
      </div>
    </NotifyContext>
  );
}

/** Returns the functions that show the user what was done, or why it failed. */
export function useNotify(): Notify {
  const notify = useContext(NotifyContext);
  if (!notify) throw new Error("useNotify is used outside Notices.");
  return notify;
}

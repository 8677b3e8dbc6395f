import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { config } from "../config.ts";
import { visibleTurns } from "./visible-turns.ts";

/** A page with its title and its actions. */
export function Page({
  title: name,
  lead,
  actions,
  keepsActions = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Whether the actions stay in view while the page scrolls. */
  keepsActions?: boolean;
  children: ReactNode;
}) {
  const title = visibleTurns(name);
  useEffect(() => {
    document.title = `${title} · ${config.title}`;
  }, [title]);
  return (
    <div className="bk-page">
      <header className="bk-page-header" data-keeps={keepsActions || undefined}>
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {lead && <p className="bk-lead">{lead}</p>}
        </div>
        {actions && <div className="bk-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

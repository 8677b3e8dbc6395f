import { useNavigate } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { config } from "../config.ts";

/**
 * A link to a binding. The router's own link computes its address again whenever the address of the page changes,
 * which each link of a table would do for each key of a search.
 */
export function BindingLink({ id, title, children }: { id: number; title?: string; children: ReactNode }) {
  const navigate = useNavigate();
  const follow = (event: MouseEvent) => {
    // another tab or window, or a download: that is for the browser
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void navigate({ to: "/bindings/$id", params: { id: String(id) } });
  };
  return (
    <a href={`${config.basePath}/bindings/${id}`} className="bk-name" title={title} onClick={follow}>
      {children}
    </a>
  );
}

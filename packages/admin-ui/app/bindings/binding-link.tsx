import { useNavigate } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { config } from "../config.ts";

/**
 * A link to a binding: a plain `a` element. The router's link would recompute its address whenever the address of the
 * page changes, so each key press in the search would recompute all links of a table.
 */
export function BindingLink({ id, title, children }: { id: number; title?: string; children: ReactNode }) {
  const navigate = useNavigate();
  const follow = (event: MouseEvent) => {
    // another tab, another window or a download: the browser handles it
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

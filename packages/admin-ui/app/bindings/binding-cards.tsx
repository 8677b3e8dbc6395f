import { Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { Tag } from "../parts/tag.tsx";
import { BindingMenu } from "./binding-menu.tsx";
import type { BindingRow } from "./filter-bindings.ts";
import type { BindingActions } from "./use-binding-actions.ts";

const cardHeight = 148;

/** The table on a narrow screen. */
export function BindingCards({
  rows,
  actions,
  writes,
}: {
  rows: readonly BindingRow[];
  actions: BindingActions;
  writes: boolean;
}) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => cardHeight,
    gap: 10,
    overscan: 5,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => rows[index]?.binding.id ?? index,
  });
  return (
    <ul ref={list} className="bk-cards" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index];
        if (!row) return null;
        const { binding, conditions } = row;
        const { id, name, event, position, handlermodule, action, active } = binding;
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className="bk-card"
            data-inactive={!active || undefined}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }}
          >
            <div className="bk-card-top">
              <Link to="/bindings/$id" params={{ id: String(id) }} className="bk-name">
                {name}
              </Link>
              <Switch
                checked={active}
                disabled={!writes}
                onChange={() => actions.toggle(binding)}
                aria-label={t("“{name}” is active", { name })}
              />
              <BindingMenu binding={binding} actions={actions} writes={writes} />
            </div>
            <div className="bk-line">
              <Tag kind={position === "pre" ? "pre" : "post"}>{position === "pre" ? t("before") : t("after")}</Tag>
              <span className="bk-clip">{event.join(", ")}</span>
            </div>
            <div className="bk-clip">
              {handlermodule} · {action}
            </div>
            <small className="bk-words">{conditions}</small>
          </li>
        );
      })}
    </ul>
  );
}

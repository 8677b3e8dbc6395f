import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import { useTranslation } from "../i18n/i18n.ts";
import { Tag } from "../parts/tag.tsx";
import { ActiveSwitch } from "./active-switch.tsx";
import { BindingLink } from "./binding-link.tsx";
import { BindingMenu } from "./binding-menu.tsx";
import type { BindingRow, RunsById } from "./filter-bindings.ts";
import { PickBox } from "./pick-box.tsx";
import type { BindingActions } from "./use-binding-actions.ts";
import type { Picked } from "./use-picked.ts";

const cardHeight = 148;

/** The list of bindings on a narrow screen: one card for each. */
export const BindingCards = memo(function BindingCards({
  rows,
  runs,
  picked,
  actions,
  writes,
}: {
  rows: readonly BindingRow[];
  runs: RunsById | undefined;
  picked: Picked;
  actions: BindingActions;
  writes: boolean;
}) {
  const { t, time } = useTranslation();
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
        const { last, failures = 0 } = runs?.get(id) ?? {};
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className="bk-card"
            data-inactive={!active || undefined}
            data-picked={picked.has(id) || undefined}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }}
          >
            <div className="bk-card-top">
              {writes && <PickBox name={name} picked={picked.has(id)} onToggle={() => picked.toggle(id)} />}
              <BindingLink id={id}>{name}</BindingLink>
              <ActiveSwitch name={name} active={active} disabled={!writes} onToggle={() => actions.toggle(binding)} />
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
            {last !== undefined && (
              <small className="bk-line">
                {t("Last run: {time}", { time: time(last, { dateStyle: "medium", timeStyle: "short" }) })}
                {failures > 0 && (
                  <Tag kind="bad">{t("{failures, plural, one {# failure} other {# failures}}", { failures })}</Tag>
                )}
              </small>
            )}
          </li>
        );
      })}
    </ul>
  );
});

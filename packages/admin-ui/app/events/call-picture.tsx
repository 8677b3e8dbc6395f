import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { Paper, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Binding } from "../api/bindings.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconGripVertical } from "../parts/icons.ts";
import { Tag } from "../parts/tag.tsx";
import { conditionsInWords } from "../words/conditions-in-words.ts";

/** The flow of a call: the bindings that run before it, the API, and the bindings that run after it, in their order. */
export function CallPicture({
  event,
  bindings,
  writes,
  onMove,
}: {
  event: string;
  bindings: readonly Binding[];
  writes: boolean;
  onMove(sequence: readonly Binding[], moved: Binding): Promise<void>;
}) {
  const { t } = useTranslation();
  const of = (position: string) => bindings.filter((binding) => binding.position === position);
  return (
    <div className="bk-picture">
      <Lane
        title={t("Before the call")}
        event={event}
        position="pre"
        bindings={of("pre")}
        writes={writes}
        onMove={onMove}
      />
      <div className="bk-arrow" aria-hidden="true" />
      <Paper withBorder className="bk-api" component="section" aria-label={t("The call")}>
        <small>{t("The API processes")}</small>
        <strong>{event}</strong>
      </Paper>
      <div className="bk-arrow" aria-hidden="true" />
      <Lane
        title={t("After the call")}
        event={event}
        position="post"
        bindings={of("post")}
        writes={writes}
        onMove={onMove}
      />
    </div>
  );
}

function Lane({
  title,
  event,
  position,
  bindings,
  writes,
  onMove,
}: {
  title: string;
  event: string;
  position: "pre" | "post";
  bindings: readonly Binding[];
  writes: boolean;
  onMove(sequence: readonly Binding[], moved: Binding): Promise<void>;
}) {
  const { t } = useTranslation();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const nameOf = (id: unknown) => bindings.find((binding) => binding.id === id)?.name ?? "";
  const placeOf = (id: unknown) => bindings.findIndex((binding) => binding.id === id) + 1;
  const announcements: Announcements = {
    onDragStart: ({ active }) => t("“{name}” was picked up.", { name: nameOf(active.id) }),
    onDragOver: ({ active, over }) =>
      over ? t("“{name}” is at position {place}.", { name: nameOf(active.id), place: placeOf(over.id) }) : undefined,
    onDragEnd: ({ active, over }) =>
      t("“{name}” was dropped at position {place}.", {
        name: nameOf(active.id),
        place: placeOf(over?.id ?? active.id),
      }),
    onDragCancel: ({ active }) => t("“{name}” is back at its position.", { name: nameOf(active.id) }),
  };
  const end = ({ active, over }: DragEndEvent) => {
    const from = bindings.findIndex(({ id }) => id === active.id);
    const to = bindings.findIndex(({ id }) => id === over?.id);
    const moved = bindings[from];
    if (moved && to >= 0 && from !== to) void onMove(arrayMove([...bindings], from, to), moved);
  };
  return (
    <section className="bk-lane" aria-label={title}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {bindings.length === 0 && <p className="bk-lead">{t("Nothing runs here.")}</p>}
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={end}
        accessibility={{
          announcements,
          screenReaderInstructions: {
            draggable: t("Press Space to pick up, the arrow keys to move, Space to drop, Escape to cancel."),
          },
        }}
      >
        <SortableContext items={bindings.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
          <ol className="bk-steps">
            {bindings.map((binding) => (
              <Step key={binding.id} binding={binding} writes={writes && bindings.length > 1} />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      {writes && (
        <Link to="/bindings/$id" params={{ id: "new" }} search={{ event, position }} className="bk-add">
          {position === "pre" ? t("Add a binding before the call") : t("Add a binding after the call")}
        </Link>
      )}
    </section>
  );
}

function Step({ binding, writes }: { binding: Binding; writes: boolean }) {
  const { t, language } = useTranslation();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: binding.id,
    disabled: !writes,
  });
  const { id, name, active, handlermodule, action, conditions, ordering } = binding;
  return (
    <li
      ref={setNodeRef}
      className="bk-step"
      data-inactive={!active || undefined}
      data-dragging={isDragging || undefined}
      style={{ transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
    >
      {writes && (
        <button
          type="button"
          ref={setActivatorNodeRef}
          {...attributes}
          {...listeners}
          className="bk-grip"
          aria-label={t("Move “{name}”", { name })}
        >
          <IconGripVertical size={18} aria-hidden />
        </button>
      )}
      <div className="bk-step-text">
        <Link to="/bindings/$id" params={{ id: String(id) }} className="bk-name">
          {name}
        </Link>
        <span>
          {action} <small className="bk-hint">{handlermodule}</small>
        </span>
        <small className="bk-words">{conditionsInWords(conditions, language)}</small>
      </div>
      <div className="bk-step-end">
        <span className="bk-number" title={t("Order")}>
          {ordering}
        </span>
        {!active && <Tag>{t("inactive")}</Tag>}
      </div>
    </li>
  );
}

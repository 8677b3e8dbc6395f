import { ActionIcon, defaultOptionsFilter, type OptionsFilter, Paper, Select, Text } from "@mantine/core";
import type { ConditionDescription, HandlerDescription } from "../api/describe.ts";
import type { Problem } from "../api/http.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconTrash } from "../parts/icons.ts";
import { Tag } from "../parts/tag.tsx";
import { conditionsInWords, labelOf } from "../words/conditions-in-words.ts";
import { ConditionValue } from "./condition-value.tsx";

/** The conditions of a binding: one card for each, and a sentence with their combined meaning. */
export function ConditionCards({
  handler,
  position,
  conditions,
  onChange,
  disabled,
  problems,
}: {
  handler: HandlerDescription | undefined;
  position: string;
  conditions: Readonly<Record<string, unknown>>;
  onChange(conditions: Readonly<Record<string, unknown>>): void;
  disabled: boolean;
  problems: readonly Problem[];
}) {
  const { t, language } = useTranslation();
  const described = new Map((handler?.conditions ?? []).map((one) => [one.name, one]));
  const addable = [...described.values()].filter(
    ({ name, positions }) => !Object.hasOwn(conditions, name) && positions.includes(position),
  );
  const without = (name: string) => {
    const { [name]: _removed, ...others } = conditions;
    return others;
  };
  const names = Object.keys(conditions);
  return (
    <div className="bk-stack">
      <p className="bk-sentence">
        {names.length === 0
          ? t("Runs for every call of its events.")
          : t("Runs if {sentence}.", { sentence: conditionsInWords(conditions, language) })}
      </p>
      {names.map((name) => (
        <Paper key={name} withBorder className="bk-condition" component="section" aria-label={labelOf(name)}>
          <div className="bk-condition-top">
            <strong>{labelOf(name)}</strong>
            <Tag>{groupName(described.get(name), t("unknown"))}</Tag>
            <ActionIcon
              className="bk-end"
              variant="subtle"
              color="red"
              disabled={disabled}
              aria-label={t("Remove {label}", { label: labelOf(name) })}
              onClick={() => onChange(without(name))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
          <ConditionValue
            name={name}
            description={described.get(name)}
            value={conditions[name]}
            onChange={(value) => onChange({ ...conditions, [name]: value })}
            disabled={disabled}
            problems={problems}
          />
        </Paper>
      ))}
      {!disabled && (
        <Select
          label={t("Add a condition")}
          placeholder={handler ? t("Search conditions …") : t("Choose a module first")}
          disabled={!handler}
          searchable
          value={null}
          data={groupsOf(addable)}
          filter={withNames}
          nothingFoundMessage={t("No matching conditions")}
          maxDropdownHeight={360}
          renderOption={({ option }) => (
            <div className="bk-option">
              <span>{labelOf(option.value)}</span>
              <Text size="xs" c="dimmed">
                {described.get(option.value)?.description}
              </Text>
            </div>
          )}
          onChange={(name) => {
            const added = name === null ? undefined : described.get(name);
            if (added) onChange({ ...conditions, [added.name]: firstValue(added) });
          }}
        />
      )}
    </div>
  );
}

function groupName(description: ConditionDescription | undefined, unknown: string): string {
  return description?.group ?? unknown;
}

function groupsOf(conditions: readonly ConditionDescription[]) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { name, group } of conditions) {
    const items = groups.get(group) ?? [];
    items.push({ value: name, label: labelOf(name) });
    groups.set(group, items);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** Finds a condition by its display name and by its name in files and the API: `client_ip` for "client IP". */
const withNames: OptionsFilter = (input) => {
  const named = labelOf(input.search.trim().toLowerCase());
  // the filter returns the options that it receives, but Mantine's declaration loses the type of their values
  const filtered = (search: string) => defaultOptionsFilter({ ...input, search }) as typeof input.options;
  const byLabel = filtered(input.search);
  return byLabel.length > 0 ? byLabel : filtered(named);
};

/** Returns the first value of a condition: flags begin with their first choice; all other conditions are empty. */
function firstValue({ value, widget }: ConditionDescription): unknown {
  const choices = value["x-choices"];
  return value.enum && choices && widget === "str" ? choices[0] : "";
}

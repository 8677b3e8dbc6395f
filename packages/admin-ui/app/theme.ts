import { type CSSVariablesResolver, createTheme } from "@mantine/core";

const system =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** The look of the page. */
export const theme = createTheme({
  colors: {
    // a trace of blue, as in the other surfaces of app.css: the default colors are gray
    dark: [
      "#cdd1d7",
      "#b6bbc3",
      "#858b95",
      "#6a707a",
      "#454b54",
      "#343940",
      "#282c32",
      "#1d2024",
      "#17191c",
      "#111316",
    ],
  },
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  fontFamily: system,
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily: system, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    // browsers should not autofill what administrators write; the login page overrides this
    TextInput: { defaultProps: { autoComplete: "off" } },
    NumberInput: { defaultProps: { autoComplete: "off" } },
    Button: { defaultProps: { size: "sm" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    // otherwise, closed lists of choices would all be in the document, and be laid out again at each key press
    Combobox: { defaultProps: { keepMounted: false } },
    Modal: { defaultProps: { centered: true } },
  },
});

/** Overrides the colors of Mantine's dimmed text and its light variants, which have too little contrast for WCAG AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#545b64",
    "--mantine-color-error": "#c0211f",
    "--mantine-color-placeholder": "#646b74",
    "--mantine-color-indigo-light-color": "#2b3fa0",
    "--mantine-color-red-light-color": "#a61b1b",
    "--mantine-color-anchor": "#364fc7",
  },
  dark: {
    "--mantine-color-dimmed": "#a9aeb6",
    "--mantine-color-error": "#ff8f8f",
    "--mantine-color-placeholder": "#9499a1",
    "--mantine-color-indigo-light-color": "#bac8ff",
    "--mantine-color-red-light-color": "#ffb3b3",
    "--mantine-color-anchor": "#a5b4ff",
  },
});

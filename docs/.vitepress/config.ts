import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";

const docs = join(import.meta.dirname ?? ".", "..");
const home = "https://github.com/bookend-dev/bookend";

/** Returns the pages of a folder with their titles, in the order of their file names. */
function pagesOf(folder: string): { text: string; link: string }[] {
  return readdirSync(join(docs, folder))
    .filter((file) => file.endsWith(".md") && !["README.md", "index.md"].includes(file))
    .sort()
    .map((file) => {
      const title = /^# (.+)$/m.exec(readFileSync(join(docs, folder, file), "utf8"))?.[1] ?? file;
      return { text: title.replaceAll("`", ""), link: `/${folder}/${file.replace(/\.md$/, "")}` };
    });
}

export default defineConfig({
  title: "Bookend",
  description: "Binds actions to both ends of an API call.",
  lang: "en",
  cleanUrls: true,
  rewrites: { "adr/README.md": "adr/index.md" },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Tutorials", link: "/tutorials/administrator" },
      { text: "Guides", link: "/guides/write-a-handler" },
      { text: "Reference", link: "/reference/conditions" },
      { text: "Operations", link: "/operations/backup" },
    ],
    sidebar: [
      { text: "Tutorials", items: pagesOf("tutorials") },
      { text: "Guides", items: pagesOf("guides") },
      { text: "Reference", items: pagesOf("reference") },
      { text: "Operations", items: pagesOf("operations") },
      { text: "About", items: pagesOf("about") },
      { text: "Decisions", collapsed: true, items: pagesOf("adr") },
    ],
    socialLinks: [{ icon: "github", link: home }],
  },
  markdown: {
    // keeps `<id>` in prose from becoming an element
    html: false,
    config(md) {
      // keeps Vue from evaluating the {{ }} of a template
      const text = md.renderer.rules.text;
      md.renderer.rules.text = (...args) =>
        (text?.(...args) ?? md.utils.escapeHtml(args[0][args[1]]?.content ?? "")).replaceAll("{{", "&#123;&#123;");
      md.renderer.rules.code_inline = (tokens, index) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[index]?.content ?? "")}</code>`;
      // files of the repository are not pages of the site, so links to them lead to GitHub
      md.core.ruler.push("repository-links", ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (!href || !/^\.\.?\//.test(href)) continue;
          const path = new URL(href, `file:///docs/${env.relativePath}`);
          if (path.pathname.startsWith("/docs/")) continue;
          token.attrSet("href", `${home}/blob/main${path.pathname}${path.hash}`);
        }
      });
    },
  },
});

// requests the data of the first page before everything else
import "./api/ahead.ts";
import "./mantine.css";
import "./app.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { loadAhead } from "./api/query-client.ts";
import { App } from "./app.tsx";
import { nonce } from "./config.ts";
import { loadLanguage, preferredLanguage } from "./i18n/i18n.ts";

// modals lock scrolling by adding a style element, which needs the nonce
setNonce(nonce);
const root = document.querySelector("#root");
// the page is drawn when the data has arrived, but at the latest 200 ms after the request; with a fast server, no
// loading state is drawn
const soon = new Promise((resolve) => setTimeout(resolve, 200));
const [translation] = await Promise.all([loadLanguage(preferredLanguage()), Promise.race([loadAhead(), soon])]);
if (root) createRoot(root).render(<App translation={translation} />);

// asks for what the first page shows: before all others
import "./api/ahead.ts";
import "./mantine.css";
import "./app.css";
import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { loadAhead } from "./api/query-client.ts";
import { App } from "./app.tsx";
import { nonce } from "./config.ts";
import { loadLanguage, preferredLanguage } from "./i18n/i18n.ts";

// scroll locking of modals writes a style element
setNonce(nonce);
const root = document.querySelector("#root");
// a server that answers at once saves drawing that it was asked; one that does not is not waited for
const soon = new Promise((resolve) => setTimeout(resolve, 200));
const [translation] = await Promise.all([loadLanguage(preferredLanguage()), Promise.race([loadAhead(), soon])]);
if (root) createRoot(root).render(<App translation={translation} />);

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
loadAhead();
const root = document.querySelector("#root");
if (root) createRoot(root).render(<App translation={await loadLanguage(preferredLanguage())} />);

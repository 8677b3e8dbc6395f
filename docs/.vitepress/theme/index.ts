import theme from "vitepress/theme";
import "./contrast.css";
import "./tables.css";

export default theme;

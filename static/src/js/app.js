// Portals: htmx with server-sent events, and our own behaviours.
import "./htmx.js";
import "htmx-ext-sse/dist/sse.js";
import { startBrandPreview } from "./brands.js";
import { startForms } from "./forms.js";
import { startLive } from "./live.js";
import { startOverlays } from "./overlays.js";
import { startPalette } from "./palette.js";
import { startSelection } from "./selection.js";
import { startShortcuts } from "./shortcuts.js";
import { startSwaps } from "./swaps.js";
import { startTabs } from "./tabs.js";
import { startThemes } from "./themes.js";
import { startTimes } from "./times.js";
import { startToasts } from "./toasts.js";

startThemes();
startToasts();
startOverlays();
startForms();
startTimes();
startPalette();
startSelection();
startShortcuts();
startSwaps();
startLive();
startTabs();
startBrandPreview();

// Public pages and doors: the same behaviours without htmx.
import { startForms } from "./forms.js";
import { startOverlays } from "./overlays.js";
import { startThemes } from "./themes.js";
import { startTimes } from "./times.js";
import { startToasts } from "./toasts.js";

startThemes();
startToasts();
startOverlays();
startForms();
startTimes();

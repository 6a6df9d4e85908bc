// The preview of a definition: as soon as the definition changes, the figure of the former one is
// hidden, until the new one comes in its place. Without this script nothing is fetched by itself.
"use strict";

(() => {
  const CHANGES = "#definition, #champ-kind, #champ-unit";

  document.addEventListener("input", (event) => {
    const shown = document.getElementById("apercu");
    if (shown && event.target.closest(CHANGES)) shown.classList.add("preview-former");
  });
})();

// Grids of hours: arrows and Enter go from cell to cell, and several cells copied from a
// spreadsheet fill the grid from the cell where one pastes. Without this script, the grid is a
// plain form: Tab goes from cell to cell, and the text area under it takes what was copied.
"use strict";

(() => {
  const CELLS = "input:not([type=hidden]), select";

  const rowsOf = (table) =>
    [...table.tBodies[0].rows]
      .map((row) => [...row.querySelectorAll(CELLS)])
      .filter((cells) => cells.length > 0);

  const placeOf = (rows, cell) => {
    const row = rows.findIndex((cells) => cells.includes(cell));
    return row < 0 ? null : [row, rows[row].indexOf(cell)];
  };

  const go = (cell) => {
    if (!cell) return false;
    cell.focus();
    if (cell.select) cell.select();
    return true;
  };

  // Where a key leads from a cell, as [rows, columns]; null when the browser keeps the key.
  const stepOf = (event, cell) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return null;
    if (event.key === "Enter") return cell.tagName === "INPUT" ? [event.shiftKey ? -1 : 1, 0] : null;
    // A list of choices, and the suggestions of a cell, have their own use of the arrows.
    if (event.shiftKey || cell.tagName !== "INPUT") return null;
    const vertical = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (vertical) return cell.hasAttribute("list") ? null : [vertical, 0];
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    if (event.key === "ArrowRight" && (all || cell.selectionStart === cell.value.length)) return [0, 1];
    if (event.key === "ArrowLeft" && (all || cell.selectionEnd === 0)) return [0, -1];
    return null;
  };

  const onKey = (table, event) => {
    const rows = rowsOf(table);
    const place = placeOf(rows, event.target);
    const step = place && stepOf(event, event.target);
    if (!step) return;
    // Enter in the last row does nothing: it must not send the form by surprise.
    event.preventDefault();
    const row = rows[place[0] + step[0]];
    go(row && row[place[1] + step[1]]);
  };

  const folded = (text) =>
    text.trim().toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  // Put a text in a cell; a choice takes the option of that code or of those words.
  const put = (cell, text) => {
    if (cell.tagName === "SELECT") {
      const said = folded(text);
      const found = [...cell.options].find(
        (one) => folded(one.value) === said || folded(one.text) === said,
      );
      if (!found && said) return false;
      cell.value = found ? found.value : "";
    } else {
      cell.value = text.trim();
    }
    cell.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  const told = (filled, lost) => {
    const s = filled > 1 ? "s" : "";
    const words = `${filled} cellule${s} collée${s}. Rien n’est encore enregistré.`;
    if (!lost) return words;
    const z = lost > 1 ? "s" : "";
    return `${words} ${lost} cellule${z} sans place ou non reconnue${z} : vérifiez, ou collez sous la grille.`;
  };

  const onPaste = (table, status, event) => {
    const rows = rowsOf(table);
    const place = placeOf(rows, event.target);
    const text = event.clipboardData.getData("text/plain").replace(/(\r?\n)+$/, "");
    if (!place || !/[\t\r\n]/.test(text)) return;
    event.preventDefault();
    let filled = 0;
    let lost = 0;
    text.split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const row = rows[place[0] + down];
        const cell = row && row[place[1] + right];
        if (cell && put(cell, value)) filled += 1;
        else if (value.trim()) lost += 1;
      });
    });
    status.textContent = told(filled, lost);
  };

  for (const table of document.querySelectorAll("table[data-grid]")) {
    const status = document.getElementById(table.dataset.grid);
    status.textContent = status.dataset.help;
    table.addEventListener("keydown", (event) => onKey(table, event));
    table.addEventListener("paste", (event) => onPaste(table, status, event));
  }
})();

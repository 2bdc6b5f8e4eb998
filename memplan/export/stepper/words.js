// words.js: what is read beside the drawings: the sentence, the code, the state. Texts are set as
// texts, whatever they hold.

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function showCode(list, lines) {
  list.replaceChildren(
    ...lines.map((line) => {
      const row = make("li", "", line.trimStart());
      row.style.setProperty("--depth", (line.length - line.trimStart().length) / 4);
      return row;
    }),
  );
}

function lightLine(list, at) {
  [...list.children].forEach((row, k) => {
    row.classList.toggle("lit", k === at);
    if (k === at) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  });
}

const ROWS_SHOWN = 60;

function showState(box, cells, motionless) {
  box.replaceChildren(...cells.map(stateCell));
  if (motionless) return;
  for (const row of box.querySelectorAll(".rows")) {
    const changed = row.querySelector(".changed");
    if (changed) row.scrollTop = Math.max(0, changed.offsetTop - row.offsetTop - row.clientHeight / 2);
  }
}

function stateCell(cell) {
  const part = make("section");
  part.append(make("h4", "", cell.title));
  const rows = make(cell.kind === "list" ? "ol" : "dl", `rows ${cell.kind}`);
  for (const key of cell.gone.slice(0, 4)) rows.append(stateRow(cell.kind, key, "", "gone"));
  for (const [key, value] of cell.rows.slice(0, ROWS_SHOWN)) {
    rows.append(stateRow(cell.kind, key, value, cell.changed.has(key) ? "changed" : ""));
  }
  if (cell.rows.length > ROWS_SHOWN) {
    rows.append(make("div", "more", `and ${cell.rows.length - ROWS_SHOWN} more`));
  }
  if (!rows.children.length) rows.append(make("div", "more", "empty"));
  part.append(rows);
  return part;
}

function stateRow(kind, key, value, className) {
  if (kind === "list") {
    const item = make("li", className, key);
    if (value) item.append(make("small", "", value));
    return item;
  }
  const row = make("div", className);
  row.append(make("dt", "", key), make("dd", "", value));
  return row;
}

// card.js: what is told of a buffer or of a step, as pairs of a word and a text. Text from files
// only ever goes to textContent.

function bufferRows(scene, b) {
  const { also, shape, shapes, size, kind, kinds, group, mates, low, ground, spaces } = scene.parcel;
  const rows = [["blob", scene.name(b)]];
  if (also[b]) rows.push(["also", also[b]]);
  if (shapes[shape[b]]) rows.push(["type", shapes[shape[b]]]);
  rows.push(["size", exactBytes(size[b])]);
  rows.push(["kind", kinds[kind[b]]]);
  rows.push(["alive", rangesText(scene, b)]);
  if (!Number.isNaN(low[b])) {
    const space = spaces.find((one) => one[1] === ground[b]);
    rows.push(["offset", exactBytes(low[b] - ground[b]) + (space ? ` in ${space[0]}` : "")]);
  }
  if (group[b] >= 0) {
    rows.push(["memory", `#${group[b]}, ${grouped(mates[b])} ${mates[b] === 1 ? "blob" : "blobs"}`]);
  }
  return rows;
}

function rangesText(scene, b) {
  const { begin, end } = scene.parcel;
  const pieces = scene.piecesOf(b);
  const texts = Array.from(pieces.subarray(0, 4)).map((p) => `[${grouped(begin[p])}, ${grouped(end[p])})`);
  const more = pieces.length > 4 ? ` and ${pieces.length - 4} more` : "";
  return `ops ${texts.join(", ")}${more}`;
}

function stepRows(scene, step) {
  const rows = [["op", scene.opName(step).slice(3)], ["alive", exactBytes(scene.alive(step))]];
  if (step === scene.parcel.peak_step) rows.push(["at the peak", "no op has more alive"]);
  return rows;
}

function fillCard(card, rows) {
  card.hidden = rows.length === 0;
  card.replaceChildren(...rows.flatMap(([word, text]) => {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = word;
    value.textContent = text.length > 300 ? `${text.slice(0, 299)}…` : text;
    return [term, value];
  }));
}

function placeCard(card, x, y, width, height) {
  const { offsetWidth, offsetHeight } = card;
  const left = x + 16 + offsetWidth > width ? x - 16 - offsetWidth : x + 16;
  const top = Math.min(y + 12, height - offsetHeight - 6);
  card.style.left = `${Math.max(4, left)}px`;
  card.style.top = `${Math.max(4, top)}px`;
}

// For a screen reader: the same in one line.
function spoken(rows) {
  return rows.map(([word, text]) => `${word} ${text}`).join("; ");
}

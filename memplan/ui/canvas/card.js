// card.js: what a node says when it is pointed at: pairs of a word and a text.

function cardRows(scene, index) {
  const rows = scene.kinds[index] === OP ? opRows(scene, index) : blobRows(scene, index);
  if (scene.kinds[index] === FOLD) rows.length = 0;
  for (let k = scene.card_at[index]; k < scene.card_at[index + 1]; k++) {
    rows.push([scene.words[scene.card_words[k]], scene.texts[scene.card_texts[k]]]);
  }
  if (scene.kinds[index] === FOLD) rows.push(["open", "double click, or Enter"]);
  return rows;
}

function opRows(scene, index) {
  const rows = [["op", `${scene.steps[index]}: ${scene.types[scene.type_of[index]] ?? ""}`]];
  const name = scene.names[index];
  if (name) rows.push(["name", name]);
  return withDevice(scene, index, rows);
}

function blobRows(scene, index) {
  const rows = [["blob", scene.name(index)]];
  rows.push(["bytes", exactSizeText(scene.nbytes[index])]);
  if (scene.begins[index] >= 0) {
    rows.push(["alive", `ops [${scene.begins[index]}, ${scene.ends[index]})`]);
  }
  const group = scene.groups[index];
  if (group >= 0) {
    const blobs = blobsAmong(scene, scene.groupMembers.get(group));
    rows.push(["memory", blobs > 1 ? `#${group}, shared by ${blobs} blobs here` : `#${group}, its own`]);
  }
  return withDevice(scene, index, rows);
}

// A device is worth a line where there are several.
function withDevice(scene, index, rows) {
  if (scene.devices.length > 1) rows.push(["device", scene.devices[scene.device_of[index]] ?? "?"]);
  return rows;
}

class Card {
  constructor(root) {
    this.list = root.querySelector(".card");
  }

  fill(scene, index) {
    this.list.hidden = index < 0;
    const rows = index < 0 ? [] : cardRows(scene, index);
    this.list.replaceChildren(...rows.flatMap(([word, text]) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = word;
      value.textContent = text.length > 300 ? `${text.slice(0, 299)}…` : text;
      return [term, value];
    }));
  }

  place(x, y, width, height) {
    const { offsetWidth, offsetHeight } = this.list;
    const left = x + 16 + offsetWidth > width ? x - 16 - offsetWidth : x + 16;
    const top = Math.min(y + 12, height - offsetHeight - 6);
    this.list.style.left = `${Math.max(4, left)}px`;
    this.list.style.top = `${Math.max(4, top)}px`;
  }
}

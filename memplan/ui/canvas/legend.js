// legend.js: what the colours mean. A click on an entry dims all that is in no chosen entry.

const ROOMY = 560; // pixels
const ENTRIES = 12;
const MOST_ENTRIES = 200;

class Legend {
  constructor(root, chose) {
    this.box = root.querySelector(".legend");
    this.list = this.box.querySelector("ul");
    this.chose = chose;
    this.chosen = new Set();
    this.whole = false;
  }

  // On a narrow screen the graph comes first.
  fit(width) {
    const roomy = width > ROOMY;
    if (roomy !== this.roomy) this.box.open = this.roomy = roomy;
  }

  show(title, colouring) {
    this.colouring = colouring;
    this.chosen.clear();
    this.whole = false;
    this.list.setAttribute("aria-label", title);
    this.fill();
  }

  // Whether a point of the picture lies behind the list.
  covers(x, y) {
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.box;
    return x < offsetLeft + offsetWidth + 30 && x > offsetLeft - 30
      && y > offsetTop - 20 && y < offsetTop + offsetHeight + 20;
  }

  // The same entries, some of which count other nodes now: what is chosen stays so.
  refresh(colouring) {
    const texts = new Set([...this.chosen].map((number) => this.colouring.entries[number].text));
    this.colouring = colouring;
    this.chosen = new Set(
      [...colouring.entries.keys()].filter((number) => texts.has(colouring.entries[number].text)),
    );
    this.fill();
  }

  fill() {
    const { entries } = this.colouring;
    const shown = entries.slice(0, this.whole ? MOST_ENTRIES : ENTRIES);
    const rows = shown.map((entry, number) => this.row(entry, number));
    if (entries.length > shown.length) rows.push(this.rest(entries.length - shown.length));
    if (!entries.length) rows.push(line("nothing to tell apart"));
    this.list.replaceChildren(...rows);
  }

  row(entry, number) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(this.chosen.has(number)));
    button.append(swatchOf(entry.look), part("text", entry.text), part("remark", entry.remark));
    button.append(part("count", countText(entry.count)));
    button.title = "Show these alone; click again for all";
    button.addEventListener("click", () => this.toggle(number));
    return inItem(button);
  }

  rest(count) {
    if (this.whole) return line(`${countText(count)} more`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rest";
    button.textContent = `${countText(count)} more …`;
    button.addEventListener("click", () => {
      this.whole = true;
      this.fill();
    });
    return inItem(button);
  }

  toggle(number) {
    if (!this.chosen.delete(number)) this.chosen.add(number);
    [...this.list.querySelectorAll("[aria-pressed]")].forEach((button, place) => {
      button.setAttribute("aria-pressed", String(this.chosen.has(place)));
    });
    this.chose();
  }
}

function swatchOf(look) {
  const swatch = document.createElement("canvas");
  swatch.width = swatch.height = 28;
  const ctx = swatch.getContext("2d");
  ctx.scale(2, 2);
  ctx.beginPath();
  ctx.roundRect(1, 1, 12, 12, 3);
  if (!look.hollow) {
    ctx.fillStyle = look.fill;
    ctx.fill();
    if (look.pattern) {
      ctx.fillStyle = ctx.createPattern(patternTile(look), "repeat");
      ctx.fill();
    }
  } else ctx.setLineDash([3, 2]);
  ctx.strokeStyle = look.edge;
  ctx.stroke();
  return swatch;
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function inItem(...children) {
  const item = document.createElement("li");
  item.append(...children);
  return item;
}

function line(text) {
  return inItem(part("text", text));
}

// search.js: a box that finds nodes by a part of their name or type, whatever the case.

const MATCHES = 50;

function matchesOf(scene, words) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  scene.haystack ??= scene.ids.map((_, i) => haystackOf(scene, i));
  const found = [];
  scene.haystack.forEach((text, index) => {
    if (text.includes(wanted)) found.push(index);
  });
  // A name that begins so before one that holds it somewhere.
  const rank = (index) => (scene.name(index).toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a - b);
}

function haystackOf(scene, index) {
  const type = scene.kinds[index] === OP ? (scene.types[scene.type_of[index]] ?? "") : "";
  return [scene.labels[index], scene.names[index], type].join("\n").toLowerCase();
}

class Search {
  constructor(root, { scene, choose, leave }) {
    this.root = root;
    this.box = root.querySelector(".search");
    this.field = this.box.querySelector("input");
    this.list = this.box.querySelector("ul");
    this.tally = this.box.querySelector(".tally");
    this.scene = scene;
    this.choose = choose;
    this.leave = leave;
    this.found = [];
    this.place = 0;
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("keydown", (event) => this.key(event));
  }

  open() {
    this.root.querySelector(".keys").hidden = true;
    this.box.hidden = false;
    this.field.focus();
    this.field.select();
    this.look();
  }

  close() {
    this.box.hidden = true;
    this.leave();
  }

  look() {
    const all = matchesOf(this.scene(), this.field.value);
    this.found = all.slice(0, MATCHES);
    this.place = 0;
    this.list.replaceChildren(...this.found.map((index, place) => this.row(index, place)));
    const more = all.length > MATCHES ? `, the first ${MATCHES} listed` : "";
    this.tally.textContent = this.field.value.trim() ? `${countText(all.length)} found${more}` : "";
    this.point(0);
  }

  row(index, place) {
    const scene = this.scene();
    const item = document.createElement("li");
    item.id = `match-${place}`;
    item.setAttribute("role", "option");
    const kind = scene.kinds[index] === OP ? scene.lines[index] : sizeText(scene.nbytes[index]);
    item.append(part("text", scene.fullLabel(index)), part("count", scene.kinds[index] === FOLD ? "" : kind));
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take(place);
    });
    return item;
  }

  key(event) {
    event.stopPropagation();
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.point(this.place + moves[event.key]);
    else if (event.key === "Enter") this.take(this.place);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  point(place) {
    this.place = clamp(place, 0, Math.max(0, this.found.length - 1));
    [...this.list.children].forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === this.place));
    });
    this.list.children[this.place]?.scrollIntoView({ block: "nearest" });
    const active = this.found.length ? `match-${this.place}` : "";
    this.field.setAttribute("aria-activedescendant", active);
  }

  take(place) {
    if (place >= this.found.length) return;
    const index = this.found[place];
    this.close();
    this.choose(index);
  }
}

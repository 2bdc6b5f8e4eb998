// bar.js: the row of tools above the picture, with what belongs to them: the slider of the
// colouring by step, the list of keys, the full screen.

const KEYS = [
  ["click, tap", "select"], ["↑ ↓", "to what produces it, to what reads it"],
  ["← →", "to another beside it"], ["n p", "next, previous in the order of the net"],
  ["Esc", "select nothing"], ["/", "search"], ["+ −, wheel, pinch", "zoom"],
  ["f", "show all"], ["c", "centre on the selection"], ["Enter, double click", "open a fold"],
];

class Bar {
  constructor(root, graph) {
    this.root = root;
    this.graph = graph;
    this.choice = root.querySelector("select");
    this.slider = root.querySelector('input[type="range"]');
    this.time = root.querySelector(".time");
    this.keys = root.querySelector(".keys");
    for (const [kind, { title }] of Object.entries(COLOURINGS)) {
      this.choice.append(new Option(title, kind));
    }
    this.keys.querySelector("dl").append(...KEYS.flatMap(([key, does]) => pair(key, does)));
    this.choice.addEventListener("change", () => graph.colour(this.choice.value));
    this.slider.addEventListener("input", () => graph.goTo(Number(this.slider.value)));
    this.slider.addEventListener("change", () => graph.tellStep());
    for (const button of root.querySelectorAll("button[data-act]")) {
      button.addEventListener("click", () => graph.keys.act(button.dataset.act));
    }
    this.keys.addEventListener("keydown", (event) => event.key === "Escape" && this.help());
  }

  // What a graph can be coloured by: a net on one device has nothing to tell apart by device.
  fit(scene) {
    this.slider.max = String(Math.max(0, scene.horizon - 1));
    this.choice.querySelector('[value="device"]').hidden = scene.devices.length < 2;
    this.choice.querySelector('[value="alive"]').hidden = scene.horizon < 2;
  }

  show(kind, step, horizon) {
    this.choice.value = kind;
    this.time.hidden = kind !== "alive";
    this.slider.value = String(step);
    this.slider.setAttribute("aria-valuetext", `op ${step} of ${horizon}`);
    this.time.querySelector("output").textContent = countText(step);
  }

  help() {
    this.keys.hidden = !this.keys.hidden;
    const button = this.root.querySelector('[data-act="help"]');
    button.setAttribute("aria-expanded", String(!this.keys.hidden));
    if (this.keys.hidden) return this.graph.canvas.focus();
    this.graph.search.close();
    this.keys.focus();
  }

  // Where the browser does not allow it, as large as the page is.
  async fullScreen() {
    if (this.root.classList.contains("filling")) return this.root.classList.remove("filling");
    if (document.fullscreenElement) return document.exitFullscreen();
    try {
      await this.root.requestFullscreen();
    } catch {
      this.root.classList.add("filling");
    }
  }
}

function pair(key, does) {
  const [term, value] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = key;
  value.textContent = does;
  return [term, value];
}

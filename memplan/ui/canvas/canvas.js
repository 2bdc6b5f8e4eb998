// canvas.js: the component: it owns the elements, brings the other pieces together, and tells
// Python what is selected. Text from files only ever goes to fillText and textContent.

const KEPT = new WeakMap();

class GraphCanvas {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector(".stage canvas");
    this.said = root.querySelector(".said");
    this.painter = new Painter(this.canvas.getContext("2d"));
    this.camera = new Camera();
    this.scene = this.word = null;
    this.selected = this.hovered = -1;
    this.at = this.pending = 0;
    this.users = [];
    this.lit = null;
    this.kind = "memory";
    this.card = new Card(root);
    this.legend = new Legend(root, () => this.light());
    this.minimap = new Minimap(root, (x, y) => this.moveTo(x, y));
    this.hearing = new Hearing((id) => this.follow(id));
    this.hearingAt = new Hearing((step) => this.goTo(step ?? 0));
    this.search = new Search(root, {
      scene: () => this.scene,
      choose: (index) => {
        this.visit(index);
        this.select(index, false);
      },
      leave: () => this.canvas.focus(),
    });
    this.bar = new Bar(root, this);
    this.hands = new Hands(this.canvas, this.wishes());
    this.keys = new Keys(this);
    // The colours of the page have changed with its theme.
    root.addEventListener("transitionend", () => this.draw());
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.canvas.parentElement);
  }

  wishes() {
    return {
      under: (x, y) => this.scene.at(this.camera.worldX(x), this.camera.worldY(y)),
      select: (index) => this.select(index, false),
      open: (index) => this.open(index),
      hover: (index, x, y) => this.hover(index, x, y),
      pan: (dx, dy) => this.then(() => this.camera.pan(dx, dy)),
      zoom: (factor, x, y) => this.then(() => this.camera.zoom(factor, x, y)),
    };
  }

  then(act) {
    act();
    this.draw();
  }

  // Called when the graph is sent: one that is here already keeps its place on the screen.
  update(bytes, tell) {
    this.tell = tell;
    const options = readOptions(bytes);
    this.options = options;
    this.root.style.setProperty("--graph-height", `${options.height}px`);
    if (this.version === options.version) return;
    this.version = options.version;
    this.take(new Scene(unpack(bytes, options.begin)));
    this.canvas.setAttribute("aria-label", options.label);
    this.bar.fit(this.scene);
    this.hearing.forget();
    this.hearingAt.forget();
    this.colour(this.kind);
    this.hear(this.word);
    this.resize();
  }

  take(scene) {
    const moved = this.scene && !this.camera.untouched();
    const anchor = moved ? anchorOf(this.scene, scene, this.camera) : null;
    this.scene = scene;
    this.selected = this.hovered = -1;
    this.card.fill(scene, -1);
    this.opened = anchor !== null;
    if (anchor === null) return;
    this.camera.keep(scene.size, [scene.x(anchor.index), scene.y(anchor.index)], anchor.screen);
  }

  // Called when Python says what is chosen; of another graph than this one, when that comes.
  hear(word) {
    this.word = word;
    if (!word || word.version !== this.version) return;
    const { firsts, indexOf } = this.scene;
    const first = (id) => firsts[indexOf.get(id)] ?? -1;
    this.hearing.hear(word.selected, (a, b) => first(a) === first(b));
    this.hearingAt.hear(word.at);
  }

  // Python knows blobs, not their versions: of the blob it asks for, the chosen one stays.
  follow(id) {
    const index = this.scene.indexOf.get(id) ?? -1;
    const { firsts } = this.scene;
    const same = index >= 0 && this.selected >= 0 && firsts[index] === firsts[this.selected];
    if (!same) this.select(index, true);
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    if (!clientWidth || !clientHeight || !this.scene) return;
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * this.ratio);
    this.canvas.height = Math.round(clientHeight * this.ratio);
    this.camera.resize(clientWidth, clientHeight, this.scene.size);
    this.legend.fit(clientWidth);
    if (!this.opened) {
      this.opened = true;
      this.camera.open(this.scene.size, this.scene.boxes[0] ?? 0);
      if (this.selected >= 0) this.reveal(this.selected);
    }
    this.draw();
  }

  draw() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      if (window.devicePixelRatio !== this.ratio) return this.resize();
      this.theme = themeOf(this.root);
      this.painter.useTheme(this.theme);
      this.painter.frame(this.shot());
      this.minimap.show(this.shot(), this.theme);
      // For tests and for the curious: where the camera is, how much stands out.
      this.canvas.dataset.scale = this.camera.scale.toFixed(4);
      this.canvas.dataset.lit = this.lit ? String(countOnes(this.lit.nodes)) : "";
      this.tellDrawn();
    });
  }

  // Python may be waiting with all else until the first graph of this visit is on the screen.
  tellDrawn() {
    if (window.memplanDrawnAt) return;
    window.memplanDrawnAt = performance.now();
    this.tell.state("drawn", true);
  }

  shot() {
    const { scene, colouring, camera, ratio, lit, users, selected, hovered } = this;
    return { scene, colouring, camera, ratio, lit, users, selected, hovered };
  }

  colour(kind) {
    this.kind = kind;
    this.colouring = COLOURINGS[kind].make(this.scene, this.at);
    this.legend.show(COLOURINGS[kind].title, this.colouring);
    this.bar.show(kind, this.at, this.scene.horizon);
    this.light();
  }

  // Another step is looked at.
  goTo(step) {
    this.at = clamp(step, 0, Math.max(0, this.scene.horizon - 1));
    this.bar.show(this.kind, this.at, this.scene.horizon);
    if (this.kind !== "alive") return;
    this.colouring = COLOURINGS.alive.make(this.scene, this.at);
    this.legend.refresh(this.colouring);
    this.light();
  }

  tellStep() {
    this.hearingAt.tell(this.at);
    this.tell.state("at", this.at);
  }

  // What stands out: the users of the selected memory, else the chosen entries of the legend.
  light() {
    this.users = usersOfMemory(this.scene, this.selected);
    const { chosen } = this.legend;
    if (this.users.length) this.lit = litByMemory(this.scene, this.users);
    else this.lit = chosen.size ? litByEntries(this.scene, this.colouring.entryOf, chosen) : null;
    this.draw();
  }

  // Bring a node into sight, if it is out of the window or behind the legend.
  reveal(index) {
    const [x, y] = [this.scene.x(index), this.scene.y(index)];
    if (this.legend.covers(...this.camera.onScreen(x, y))) this.camera.centre(x, y);
    else this.camera.reveal(x, y);
  }

  moveTo(x, y) {
    this.then(() => this.camera.centre(x, y));
  }

  select(index, quiet) {
    const { ids } = this.scene;
    const known = this.selected === index;
    this.selected = index;
    if (index >= 0 && this.opened) this.reveal(index);
    this.light();
    this.say(index < 0 ? "" : this.sentence(index));
    this.canvas.dataset.selected = index < 0 ? "" : ids[index];
    if (quiet || known) return;
    const id = index < 0 ? null : ids[index];
    this.hearing.tell(id);
    this.tell.state("selected", id);
  }

  visit(index) {
    if (index >= 0) this.camera.visit(this.scene.x(index), this.scene.y(index));
  }

  say(text) { this.said.textContent = text; }

  sentence(index) {
    const { labels, lines } = this.scene;
    const place = this.users.indexOf(index) + 1;
    const sharing = place ? `; number ${place} of ${this.users.length} that use its memory` : "";
    return `${labels[index]}, ${lines[index]}${sharing}`;
  }

  open(index) {
    if (this.scene.kinds[index] === FOLD) this.tell.trigger("opened", this.scene.ids[index]);
  }

  save() {
    const name = `${this.options.file}.png`;
    savePicture(this.shot(), this.theme, name, (text) => this.say(text));
  }

  hover(index, x, y) {
    if (index !== this.hovered) {
      this.hovered = index;
      this.canvas.classList.toggle("pointing", index >= 0);
      this.card.fill(this.scene, index);
      this.draw();
    }
    if (index >= 0) this.card.place(x, y, this.camera.width, this.camera.height);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".graph");
  if (!KEPT.has(root)) KEPT.set(root, new GraphCanvas(root));
  const graph = KEPT.get(root);
  graph.update(component.data, {
    state: component.setStateValue,
    trigger: component.setTriggerValue,
  });
  const board = (window.memplanGraphs ??= new Map());
  const place = board.get(graph.options.canvas) ?? {};
  board.set(graph.options.canvas, place);
  place.hear = (word) => graph.hear(word);
  if (place.word && place.word !== graph.word) graph.hear(place.word);
  return () => {
    delete place.hear;
    graph.close();
    KEPT.delete(root);
  };
}

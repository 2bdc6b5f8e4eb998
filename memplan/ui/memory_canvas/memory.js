// memory.js: the canvas: it owns the elements, knows what is chosen, tells Python and hears it.

class MemoryCanvas {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.card = root.querySelector(".card");
    this.said = root.querySelector(".said");
    this.painter = new Painter(this.canvas.getContext("2d"));
    this.frame = new Frame();
    this.scene = null;
    this.state = { selected: -1, hovered: -1, at: null, pointed: -1, box: null };
    this.words = { selected: new Word(), at: new Word() };
    this.pending = 0;
    this.hands = new Hands(this);
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.root);
  }

  // Called for every run of the page, and when a parcel has come: the same plan keeps its place
  // on the screen.
  update(data, tell) {
    this.data = data;
    this.tell = tell;
    this.root.style.setProperty("--map-height", `${data.height}px`);
    this.canvas.setAttribute("aria-label", data.label);
    this.painter.useTheme(this.root);
    if (this.scene?.parcel.version !== data.version) this.open(findParcel(data.version));
    if (this.scene) this.follow();
    this.resize();
  }

  // Another plan, or none as long as its parcel is on the way.
  open(parcel) {
    this.scene = parcel && new MapScene(parcel);
    Object.assign(this.state, { selected: -1, hovered: -1, at: null, pointed: -1, box: null });
    for (const word of Object.values(this.words)) word.forget();
    this.fresh = true;
    fillCard(this.card, []);
  }

  // What Python asks for, where it is news.
  follow() {
    const { mode, selected, at } = this.data;
    if (this.scene.mode !== mode) {
      this.scene.arrange(mode);
      this.frame.useScene(this.scene);
      if (this.fresh) this.frame.fit();
      else this.frame.place.fit();
      this.fresh = false;
      if (this.state.selected >= 0) this.reveal();
    }
    if (this.words.selected.isNews(selected)) this.select(this.scene.indexOf(selected), true);
    if (this.words.at.isNews(at)) this.choose(at, true);
  }

  resize() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return;
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * this.ratio);
    this.canvas.height = Math.round(clientHeight * this.ratio);
    this.frame.resize(clientWidth, clientHeight);
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      if (window.devicePixelRatio !== this.ratio) return this.resize();
      const begun = performance.now();
      this.painter.frame(this.scene, this.frame, this.ratio, this.state);
      this.report(performance.now() - begun);
    });
  }

  // For tests and for the curious: what is shown, and how long a frame takes.
  report(milliseconds) {
    const { time, place, left, right, top, mapBottom, curveTop, bottom } = this.frame;
    const told = this.canvas.dataset;
    told.version = this.scene?.parcel.version ?? "";
    told.mode = this.scene?.mode ?? "";
    told.window = [time.low, time.high, place.low, place.high].join(" ");
    told.areas = [left, right, top, mapBottom, curveTop, bottom].join(" ");
    told.selected = this.state.selected < 0 ? "" : this.scene.parcel.names[this.state.selected];
    told.at = this.state.at ?? "";
    told.milliseconds = milliseconds.toFixed(1);
  }

  select(buffer, quiet = false) {
    this.state.selected = buffer;
    if (buffer >= 0) this.reveal();
    this.say(buffer < 0 ? [] : bufferRows(this.scene, buffer), quiet);
    if (!quiet) this.utter("selected", buffer < 0 ? null : this.scene.parcel.names[buffer]);
    this.draw();
  }

  choose(step, quiet = false) {
    const last = this.frame.time.reach - 1;
    this.state.at = step === null ? null : Math.max(0, Math.min(last, step));
    if (step !== null) this.frame.time.reveal(this.state.at, this.state.at + 1);
    this.say(step === null ? [] : stepRows(this.scene, this.state.at), quiet);
    if (!quiet) this.utter("at", this.state.at);
    this.draw();
  }

  utter(name, value) {
    if (this.words[name].say(value)) this.tell(name, value);
  }

  // Only what the visitor did here is read out: what came from elsewhere, elsewhere tells.
  say(rows, quiet) {
    if (!quiet) this.said.textContent = spoken(rows);
  }

  reveal() {
    const { begin, end } = this.scene.parcel;
    const b = this.state.selected;
    const pieces = this.scene.piecesOf(b);
    this.frame.time.reveal(begin[pieces[0]], end[pieces[pieces.length - 1]]);
    // What is not on the map is nowhere to be brought from.
    if (!Number.isNaN(this.scene.low[b])) this.frame.place.reveal(this.scene.low[b], this.scene.high[b]);
  }

  // The pointer is at (x, y): over a buffer, a step, or neither.
  point(x, y) {
    if (!this.scene) return;
    const hovered = this.bufferAt(x, y);
    const pointed = this.frame.inCurve(x, y) ? this.frame.step(x) : -1;
    if (hovered !== this.state.hovered || pointed !== this.state.pointed) {
      Object.assign(this.state, { hovered, pointed });
      this.canvas.classList.toggle("pointing", hovered >= 0 || pointed >= 0);
      const rows = pointed >= 0 ? stepRows(this.scene, pointed) : [];
      fillCard(this.card, hovered >= 0 ? bufferRows(this.scene, hovered) : rows);
      this.draw();
    }
    if (!this.card.hidden) placeCard(this.card, x, y, this.frame.width, this.frame.height);
  }

  bufferAt(x, y) {
    const { time, place } = this.frame;
    if (!this.frame.inMap(x, y)) return -1;
    const [dt, dy] = [2 / Math.abs(time.scale), 2 / Math.abs(place.scale)];
    return this.scene.at(time.value(x), place.value(y), dt, dy);
  }

  click(x, y) {
    if (!this.scene) return;
    if (this.frame.inCurve(x, y)) this.choose(this.frame.step(x));
    else if (this.frame.inMap(x, y)) this.select(this.bufferAt(x, y));
  }

  // The next buffer by birth, or the one before; the next step, or the one before.
  nextBuffer(by) {
    const { selected } = this.state;
    const from = selected < 0 && by < 0 ? 0 : selected;
    if (this.scene.buffers) this.select((from + by + this.scene.buffers) % this.scene.buffers);
  }

  nextStep(by) {
    this.choose(this.state.at === null ? this.scene.parcel.peak_step ?? 0 : this.state.at + by);
  }

  clear() {
    if (this.state.selected >= 0) this.select(-1);
    else if (this.state.at !== null) this.choose(null);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

// A value that both we and Python set. Python is a run behind: what it says may be the echo of
// what we told it, and an echo must not undo a click that came later.
const ECHO = 10_000; // milliseconds, after which none is expected any more

class Word {
  constructor() { this.forget(); }

  forget() {
    this.asked = this.last = undefined;
    this.told = [];
  }

  // Whether Python has to be told.
  say(value) {
    if (value === this.last) return false;
    this.last = value;
    this.told.push({ value, when: performance.now() });
    return true;
  }

  isNews(value) {
    if (value === this.asked) return false;
    this.asked = value;
    this.told = this.told.filter((one) => performance.now() - one.when < ECHO);
    const echo = this.told.findIndex((one) => one.value === value);
    this.told = echo < 0 ? [] : this.told.slice(echo + 1);
    if (echo < 0) this.last = value;
    return echo < 0;
  }
}

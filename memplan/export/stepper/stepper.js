// stepper.js: the elements, the keys, and one frame on all of them at once.

const FADE = 220; // milliseconds in which what is new comes in
const KEYS = {
  " ": "play", ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last",
  n: "event", p: "eventBack", f: "full", l: "large", w: "light",
};
const WORDS = [["reuse", "reuse"], ["peak", "new peak"], ["refuse", "refused"]];

class Stepper {
  constructor(root) {
    this.root = root;
    const find = (selector) => root.querySelector(selector);
    this.range = find(".track input");
    this.marks = find(".marks");
    this.sentence = find(".sentence");
    this.count = find(".count");
    this.graph = new GraphDrawing(find(".graph"));
    this.memory = new MemoryDrawing(find(".memory"));
    this.code = find(".code ol");
    this.state = find(".state");
    this.quiz = new Quiz(find(".question"), (given) => this.tell("answers", given));
    this.player = new Player(
      (at, how) => this.show(at, how),
      (at) => this.tell("frame", at),
      (at) => this.quiz.mayPass(at),
    );
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.listen();
    this.watcher = new ResizeObserver(() => this.paint());
    for (const canvas of root.querySelectorAll("canvas")) this.watcher.observe(canvas);
    // The keys work at once, unless the visitor is at something else.
    if (document.activeElement === document.body) root.focus({ preventScroll: true });
  }

  // data: a run; start: {frame, token}, where it is to stand when the token is news.
  update(data, tell) {
    this.out = tell;
    if (this.data?.version !== data.version || this.asks !== data.asks) this.open(data);
    else if (data.start?.token !== this.token) this.player.go(data.start.frame);
    this.token = data.start?.token;
    this.paint();
  }

  open(data) {
    this.data = data;
    this.asks = data.asks;
    this.run = new StepRun(data);
    this.graph.useRun(this.run);
    this.memory.useRun(this.run);
    this.quiz.useRun(this.run, data.given ?? {}, data.asks);
    showCode(this.code, this.run.code);
    this.root.querySelector(".code h4").textContent = this.run.method;
    this.root.setAttribute("aria-label", `${this.run.title}: ${this.run.length} frames. ${HELP}`);
    this.range.max = this.run.length - 1;
    this.legend();
    this.player.useLength(this.run.length, data.start?.frame ?? 0);
  }

  tell(name, value) {
    if (this.run) this.out?.(name, { version: this.run.version, value });
  }

  legend() {
    const there = new Set(this.data.frames.map((frame) => frame.e));
    this.root.querySelector(".legend").replaceChildren(
      ...WORDS.filter(([kind]) => there.has(kind)).map(([kind, text]) => {
        const item = make("li", "", text);
        const mark = make("i");
        mark.style.background = EVENT_COLOURS[kind];
        item.prepend(mark);
        return item;
      }),
      make("li", "", this.run.timed ? "pale: needed no more" : "pale: never needed together with it"),
      make("li", "", "dashed: not there yet"),
      make("li", "", "space: play · ← → step · n: next event · f: full screen"),
    );
  }

  show(at, how) {
    this.root.classList.toggle("playing", this.player.playing);
    if (how === "state") return;
    this.frame = this.run.whole[at];
    if (this.quiz.open >= 0) this.quiz.hide();
    this.sentence.textContent = this.frame.text;
    this.sentence.style.setProperty("--mark", EVENT_COLOURS[this.frame.event] ?? "var(--accent)");
    this.range.value = at;
    this.range.setAttribute("aria-valuetext", `${at + 1} of ${this.run.length}: ${this.frame.text}`);
    this.count.textContent = `${at + 1} / ${this.run.length}`;
    lightLine(this.code, this.frame.line);
    showState(this.state, this.frame.state, false);
    this.since = how === "jump" || this.calm.matches ? -FADE : performance.now();
    this.root.dataset.frame = at;
    this.paint();
  }

  paint() {
    if (this.pending || !this.frame) return;
    this.pending = requestAnimationFrame((now) => {
      this.pending = 0;
      const begun = performance.now();
      const part = Math.max(0, Math.min(1, (now - this.since) / FADE));
      const theme = themeOf(this.root);
      this.graph.draw(this.frame, theme);
      this.memory.draw(this.frame, theme, 1 - (1 - part) ** 3);
      this.scrubMarks(theme);
      // For tests and for the curious: how long a frame takes; when the first one stood there.
      this.root.dataset.opened ??= performance.now().toFixed(0);
      this.root.dataset.milliseconds = (performance.now() - begun).toFixed(2);
      if (part < 1) this.paint();
    });
  }

  scrubMarks(theme) {
    const { ctx, width, height } = fitted(this.marks);
    const x = (at) => 8 + (at / Math.max(1, this.run.length - 1)) * (width - 16);
    for (const at of this.run.events) {
      ctx.fillStyle = EVENT_COLOURS[this.run.frames[at].e];
      ctx.fillRect(x(at) - 1.5, height * 0.25, 3, height * 0.75);
    }
    if (!this.asks) return;
    ctx.fillStyle = theme.text;
    ctx.font = `${height * 0.9}px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const { frame } of this.run.questions) ctx.fillText("?", x(frame), height / 2);
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act) this.act(act);
    });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.range.addEventListener("input", () => {
      this.player.pause();
      this.player.go(Number(this.range.value));
    });
    this.marks.addEventListener("click", (event) => this.jumpNear(event.offsetX));
    this.root.querySelector("select").addEventListener("change", (event) => {
      this.player.speed = Number(event.target.value);
    });
    this.root.addEventListener("transitionend", (event) => event.target === this.root && this.paint());
    this.root.addEventListener("fullscreenchange", () => {
      this.press("full", document.fullscreenElement !== null);
      this.paint();
    });
  }

  key(event) {
    const act = KEYS[event.key];
    const typing = event.target.matches("select");
    const onButton = event.target.matches("button") && event.key === " ";
    if (!act || typing || onButton || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(act);
  }

  act(act) {
    const { player, run } = this;
    const acts = {
      first: () => { player.pause(); player.go(0); },
      last: () => { player.pause(); player.go(run.length - 1); },
      back: () => player.step(-1),
      next: () => player.step(1),
      play: () => player.toggle(),
      event: () => { player.pause(); player.go(run.nextEvent(player.at, 1)); },
      eventBack: () => { player.pause(); player.go(run.nextEvent(player.at, -1)); },
      on: () => {
        const { held } = player;
        player.held = false;
        player.go(this.quiz.leave(), "step");
        if (held) player.toggle();
        this.root.focus({ preventScroll: true }); // the button that had it is gone
      },
      large: () => this.press("large", this.root.classList.toggle("large")),
      light: () => this.press("light", this.root.classList.toggle("light")),
      full: () => this.fill(),
      gif: () => this.save(),
      print: () => this.print(),
    };
    acts[act]?.();
    this.paint();
  }

  press(act, down) {
    this.root.querySelector(`[data-act=${act}]`).setAttribute("aria-pressed", String(down));
  }

  // Full screen, or all of the window where the browser does not allow that.
  fill() {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (this.root.classList.contains("filling")) {
      this.root.classList.remove("filling");
      return this.press("full", false);
    }
    const window_ = () => {
      this.root.classList.add("filling");
      this.press("full", true);
    };
    return this.root.requestFullscreen?.().catch(window_) ?? window_();
  }

  async save() {
    const button = this.root.querySelector("[data-act=gif]");
    if (button.disabled) return;
    const { run } = this;
    button.disabled = true;
    const gif = await new Sheets(run).gif(PACE / this.player.speed, (done, all) => {
      button.textContent = `${Math.round((100 * done) / all)} %`;
    });
    button.textContent = "GIF";
    button.disabled = false;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(gif);
    link.download = `${run.title.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 60) || "run"}.gif`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  print() {
    const sheet = window.open("", "_blank");
    if (!sheet) {
      this.sentence.textContent = "The browser did not let a page be opened: allow it, and try again.";
      return;
    }
    sheet.document.title = this.run.title;
    // Not an element: a file of its own allows no style sheet but the one that it came with.
    const style = new sheet.CSSStyleSheet();
    style.replaceSync(PAPER_STYLE);
    sheet.document.adoptedStyleSheets = [style];
    sheet.document.body.append(new Sheets(this.run).paper(sheet.document));
    setTimeout(() => sheet.print(), 300); // once its pictures are there
  }

  jumpNear(x) {
    const at = ((x - 8) / (this.marks.clientWidth - 16)) * (this.run.length - 1);
    const near = this.run.events.reduce(
      (best, event) => (Math.abs(event - at) < Math.abs(best - at) ? event : best),
      Infinity,
    );
    this.player.pause();
    this.player.go(Math.abs(near - at) < this.run.length / 20 ? near : Math.round(at));
  }

  close() {
    this.player.close();
    this.watcher.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

const HELP = "Space plays and pauses, left and right arrows step, Home and End go to the ends, "
  + "n and p go to the next event and the one before.";

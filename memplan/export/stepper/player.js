// player.js: which frame is shown, and when the next one comes.

const PACE = 1100; // milliseconds for a frame at speed 1
const SETTLED = 350; // … after which a visitor has come to rest, and others are told

class Player {
  // `show(at, how)`: how is "step", "jump" or "play"; `rest(at)` is called when it stays there.
  constructor(show, rest, mayPass) {
    Object.assign(this, { show, rest, mayPass });
    this.at = 0;
    this.length = 1;
    this.speed = 1;
    this.playing = false;
  }

  useLength(length, at) {
    this.pause();
    this.length = length;
    this.at = Math.max(0, Math.min(length - 1, at));
    this.show(this.at, "jump");
  }

  // Go to a frame; not past a question, when step by step.
  go(at, how = "jump") {
    const to = Math.max(0, Math.min(this.length - 1, at));
    if (how !== "jump" && to > this.at && !this.mayPass(to)) {
      this.held = this.playing;
      return this.pause();
    }
    if (to !== this.at) {
      this.at = to;
      this.show(to, how);
    }
    if (to === this.length - 1) this.pause();
    if (!this.playing) this.settle();
  }

  step(by) {
    this.pause();
    this.go(this.at + by, "step");
  }

  toggle() {
    if (this.playing) return this.pause();
    if (this.at === this.length - 1) this.go(0);
    this.playing = true;
    this.since = performance.now();
    this.show(this.at, "state");
    const tick = (now) => {
      if (!this.playing) return;
      if (now - this.since >= PACE / this.speed) {
        this.since = now;
        this.go(this.at + 1, "play");
      }
      this.clock = requestAnimationFrame(tick);
    };
    this.clock = requestAnimationFrame(tick);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.clock);
    this.show(this.at, "state");
    this.settle();
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(this.at), SETTLED);
  }

  close() {
    this.playing = false;
    cancelAnimationFrame(this.clock);
    clearTimeout(this.timer);
  }
}

// hearing.js: which word of Python's counts.
//
// A page is drawn by runs that come one after another, and each says what it takes for chosen.
// A run that began before a click knows nothing of it: what it says must not undo the click.
// So what was told to Python is kept until a run says it back; until then any other word waits
// a while, and counts only if nothing better comes.

const DOUBT = 2500; // milliseconds: a run that is behind is not as far behind as that

class Hearing {
  constructor(follow) {
    this.follow = follow;
    this.forget();
  }

  // Another graph: its names mean other things.
  forget() {
    clearTimeout(this.waiting);
    this.last = undefined;
    this.told = [];
  }

  // The user has chosen something, and Python is told.
  tell(value) {
    this.told.push({ value, when: performance.now() });
  }

  // Python says what is chosen; `same` tells whether two values mean one thing to it.
  hear(value, same = Object.is) {
    if (value === this.last) return;
    this.last = value;
    clearTimeout(this.waiting);
    // Not every page says back what it was told.
    this.told = this.told.filter((told) => performance.now() - told.when < 2 * DOUBT);
    const echo = this.told.findLastIndex((told) => same(told.value, value));
    if (echo >= 0) {
      this.told.splice(0, echo + 1);
      if (!this.told.length) this.follow(value);
    } else if (this.told.length) {
      this.waiting = setTimeout(() => this.obey(value), DOUBT);
    } else this.follow(value);
  }

  obey(value) {
    this.told.length = 0;
    this.follow(value);
  }
}

// quiz.js: a question is put before the frame that answers it; the choice is checked at once.

class Quiz {
  // `answered(given)` hears the choice of each question that was answered, by its number.
  constructor(form, answered) {
    this.form = form;
    this.answered = answered;
    this.prompt = form.querySelector(".prompt");
    this.choices = form.querySelector(".choices");
    this.verdict = form.querySelector(".verdict");
    this.onward = form.querySelector("[data-act=on]");
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  useRun(run, given, asks) {
    this.questions = run.questions;
    this.given = new Map(Object.entries(given).map(([k, choice]) => [Number(k), choice]));
    this.asks = asks;
    this.passed = new Set();
    this.hide();
  }

  // Whether the frame may be shown; else its question is put.
  mayPass(at) {
    if (!this.asks) return true;
    const number = this.questions.findIndex((question) => question.frame === at);
    if (number < 0 || this.given.has(number) || this.passed.has(number)) return true;
    if (this.open !== number) this.put(number);
    return false;
  }

  put(number) {
    this.open = number;
    const question = this.questions[number];
    this.prompt.textContent = question.prompt;
    this.verdict.textContent = "";
    this.onward.textContent = "Show it without an answer";
    this.choices.replaceChildren(
      ...question.choices.map((text, choice) => {
        const button = make("button", "", text);
        button.type = "button";
        button.addEventListener("click", () => this.answer(choice));
        return button;
      }),
    );
    this.form.hidden = false;
    this.choices.firstChild?.focus({ preventScroll: true });
  }

  answer(choice) {
    const question = this.questions[this.open];
    if (this.given.has(this.open)) return;
    this.given.set(this.open, choice);
    const right = choice === question.right;
    [...this.choices.children].forEach((button, k) => {
      button.disabled = true;
      if (k === question.right) button.classList.add("right");
      else if (k === choice) button.classList.add("wrong");
    });
    this.verdict.textContent = `${right ? "Right." : "Not quite."} ${question.because}`;
    this.onward.textContent = "Show it";
    this.onward.focus({ preventScroll: true });
    this.answered(Object.fromEntries(this.given));
  }

  // The visitor goes on; returns the frame that the open question has kept back.
  leave() {
    const { frame } = this.questions[this.open];
    this.passed.add(this.open);
    this.hide();
    return frame;
  }

  hide() {
    this.open = -1;
    this.form.hidden = true;
  }

  get right() {
    return [...this.given].filter(([k, choice]) => this.questions[k]?.right === choice).length;
  }
}

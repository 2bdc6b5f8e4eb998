// sheets.js: frames outside the stepper: as pictures of an animation, and on paper.

const PAPER = {
  text: "#1c2529", page: "#ffffff", panel: "#f3f5f6", line: "#c4ced3", accent: "#0f6b76",
  font: "system-ui, sans-serif", size: 15,
};
const ANIMATED = { width: 1000, height: 600, sentence: 76, graph: 320 };
const PRINTED = { width: 900, height: 380, sentence: 0, graph: 260 };
const MOST_ANIMATED = 240; // frames; of a longer run the events alone
const MOST_PRINTED = 60;

class Sheets {
  constructor(run) {
    this.run = run;
    this.graph = new GraphDrawing(null);
    this.graph.least = 0.5; // rather small than cut off
    this.memory = new MemoryDrawing(null);
    for (const drawing of [this.graph, this.memory]) drawing.useRun(run);
  }

  // One frame as a canvas: the sentence above, the net beside the memory.
  picture(frame, { width, height, sentence, graph }, ratio = 1) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    ctx.fillStyle = PAPER.page;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    const surface = (x, w) => {
      ctx.setTransform(ratio, 0, 0, ratio, ratio * x, ratio * sentence);
      return { ctx, width: w, height: height - sentence };
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, sentence * ratio, graph * ratio, canvas.height);
    ctx.clip();
    this.graph.draw(frame, PAPER, surface(0, graph));
    ctx.restore();
    this.memory.draw(frame, PAPER, 1, surface(graph, width - graph));
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (sentence) this.write(ctx, frame, width);
    return canvas;
  }

  write(ctx, frame, width) {
    ctx.fillStyle = PAPER.text;
    ctx.font = `17px ${PAPER.font}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    let [line, y] = ["", 26];
    for (const piece of frame.text.split(" ")) {
      if (ctx.measureText(`${line} ${piece}`).width > width - 120 && line) {
        ctx.fillText(line, 14, y);
        [line, y] = [piece, y + 22];
      } else line = line ? `${line} ${piece}` : piece;
    }
    ctx.fillText(line, 14, y);
    ctx.globalAlpha = 0.6;
    ctx.textAlign = "right";
    ctx.fillText(`${frame.at + 1} / ${this.run.length}`, width - 14, 26);
    ctx.globalAlpha = 1;
  }

  // Frames to show: all of a short run, else its ends and its events, and of those not too many.
  chosen(most) {
    const { run } = this;
    if (run.length <= most) return run.whole;
    const marked = [...new Set([0, ...run.events, run.length - 1])];
    const every = Math.ceil(marked.length / most);
    return marked.filter((at, k) => k % every === 0 || at === run.length - 1).map((at) => run.whole[at]);
  }

  // `progress(done, all)` is told; between two pictures the page can do other things.
  async gif(milliseconds, progress) {
    const frames = this.chosen(MOST_ANIMATED);
    const pixels = (frame) => {
      const canvas = this.picture(frame, ANIMATED);
      return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    };
    const samples = frames.filter((_, k) => k % Math.ceil(frames.length / 8) === 0 || k === frames.length - 1);
    const gif = new Gif(ANIMATED.width, ANIMATED.height, samples.map(pixels));
    for (const [k, frame] of frames.entries()) {
      progress(k, frames.length);
      await new Promise((resolve) => { setTimeout(resolve); });
      gif.add(pixels(frame), k === frames.length - 1 ? 3 * milliseconds : milliseconds);
    }
    return gif.blob();
  }

  // A page for paper: the events of the run, each with its sentence.
  paper(document_) {
    const { run } = this;
    const page = document_.createElement("main");
    const add = (parent, tag, text_) => {
      const element = document_.createElement(tag);
      if (text_) element.textContent = text_;
      parent.append(element);
      return element;
    };
    add(page, "h1", run.title);
    add(page, "p", `${run.method}. ${run.line}`);
    add(add(page, "section"), "pre", run.code.join("\n"));
    for (const frame of this.chosen(MOST_PRINTED)) {
      const figure = add(page, "figure");
      add(figure, "figcaption", `${frame.at + 1}. ${frame.text}`);
      const image = add(figure, "img");
      image.alt = frame.text;
      image.src = this.picture(frame, PRINTED, 2).toDataURL();
    }
    return page;
  }
}

const PAPER_STYLE = `
body { font: 11pt/1.4 system-ui, sans-serif; color: #1c2529; margin: 2em auto; max-width: 52em; padding: 0 1em; }
h1 { font-size: 1.4em; } pre { font: 10pt/1.5 ui-monospace, monospace; }
figure { margin: 0 0 1.2em; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: 0.3em; }
img { width: 100%; border: 1px solid #c4ced3; }`;

// memory.js: the memory over time, and the curve of bytes alive below it, on one axis of ops.

const CURVE_SHARE = 0.26;

class MemoryDrawing {
  constructor(canvas) { this.canvas = canvas; }

  useRun(run) {
    this.run = run;
    this.rows = run.picture === "ranges";
  }

  // `part`: how far what is new in this frame has come in, from 0 to 1.
  draw(frame, theme, part, surface = fitted(this.canvas)) {
    const { ctx, width, height } = surface;
    const font = theme.size * 0.8;
    ctx.font = `${font}px ${theme.font}`;
    const left = this.gutter(ctx, width, font);
    const curveHeight = Math.round(height * CURVE_SHARE);
    this.area = { left, right: width - 10, top: font * 1.6, foot: height - curveHeight - font * 2.2 };
    this.low = { top: height - curveHeight, foot: height - font * 1.7 };
    ctx.textBaseline = "middle";
    this.frameOf(ctx, frame, theme, font);
    for (const block of frame.blocks.values()) this.block(ctx, frame, theme, block, part, font);
    if (frame.hole) this.hole(ctx, frame.hole, font);
    this.levels(ctx, frame, theme, font);
    this.curve(ctx, frame, theme, font);
  }

  // Room for what stands beside the axis.
  gutter(ctx, width, font) {
    const texts = this.rows ? this.run.names : [bytesText(this.run.curveTop), ...this.run.bands.map((band) => band[0])];
    const widest = Math.max(...texts.map((text) => ctx.measureText(text).width));
    return Math.min(Math.max(widest, font * 4) + 14, width * 0.3);
  }

  x(step) {
    const { left, right } = this.area;
    return left + (step / this.run.steps) * (right - left);
  }

  y(value) {
    const { top, foot } = this.area;
    const most = this.rows ? this.run.names.length : this.run.top * 1.06;
    const share = value / most;
    return this.rows ? top + share * (foot - top) : foot - share * (foot - top);
  }

  // Axes, the names of rows or slots, the op that runs.
  frameOf(ctx, frame, theme, font) {
    const { left, right, top, foot } = this.area;
    if (frame.step >= 0) {
      ctx.fillStyle = theme.accent;
      ctx.globalAlpha = 0.1;
      const [x, u] = [this.x(frame.step), this.x(frame.step + 1)];
      ctx.fillRect(x, top, u - x, foot - top);
      ctx.fillRect(x, this.low.top, u - x, this.low.foot - this.low.top);
      ctx.globalAlpha = 1;
    }
    ctx.strokeStyle = theme.line;
    ctx.lineWidth = 1;
    ctx.strokeRect(left, top, right - left, foot - top);
    ctx.fillStyle = theme.text;
    ctx.globalAlpha = 0.75;
    ctx.textAlign = "right";
    if (this.rows) this.rowNames(ctx, theme, left, font);
    else if (this.run.bands.length) this.bandNames(ctx, frame, theme, left, right);
    else for (const tick of roundTicks(this.run.top, true)) ctx.fillText(bytesText(tick), left - 6, this.y(tick));
    ctx.font = `${font}px ${theme.font}`;
    ctx.textAlign = "center";
    const every = Math.max(1, Math.ceil((font * 2.4) / ((right - left) / this.run.steps)));
    for (let step = 0; step < this.run.steps; step += every) {
      ctx.fillText(String(step), (this.x(step) + this.x(step + 1)) / 2, foot + font * 0.85);
    }
    ctx.textAlign = "left";
    ctx.fillText(this.rows ? "blobs over ops" : "memory over ops", left, top - font * 0.8);
    ctx.globalAlpha = 1;
  }

  rowNames(ctx, theme, left, font) {
    const high = this.y(1) - this.y(0);
    if (high < 7) return;
    ctx.font = `${Math.min(font, high)}px ${theme.font}`;
    this.run.names.forEach((name, row) => {
      ctx.fillText(cutText(ctx, name, left - 12), left - 6, this.y(row + 0.5));
    });
  }

  bandNames(ctx, frame, theme, left, right) {
    // A slot that nobody has taken yet would tell what is to come.
    const blocks = [...frame.blocks.values()];
    for (const [name, offset, height] of this.run.bands) {
      if (!blocks.some((block) => block[3] >= offset && block[3] < offset + height)) continue;
      ctx.fillText(name, left - 6, this.y(offset + height / 2));
      ctx.strokeStyle = theme.line;
      ctx.beginPath();
      ctx.moveTo(left, this.y(offset + height));
      ctx.lineTo(right, this.y(offset + height));
      ctx.stroke();
    }
  }

  block(ctx, frame, theme, block, part, font) {
    const [buffer, begin, end, offset, size] = block;
    const timed = this.run.timed && !this.rows && frame.kind !== "done";
    const now = timed ? Math.min(end, Math.max(frame.step, begin) + 1) : end;
    const inset = this.rows ? 0.14 : 0;
    const [x, u] = [this.x(begin), this.x(now)];
    const [y, v] = [this.y(offset + inset * size), this.y(offset + size * (1 - inset))].sort((a, b) => a - b);
    const fresh = frame.fresh.has(blockKey(block));
    const look = this.run.looks[buffer];
    const dead = timed && !frame.alive.has(buffer);
    const rival = !this.run.timed && frame.kind !== "done" && !frame.alive.has(buffer);
    ctx.globalAlpha = (dead || rival ? 0.38 : 1) * (fresh ? 0.15 + 0.85 * part : 1);
    ctx.fillStyle = look.fill;
    ctx.fillRect(x, y, u - x, Math.max(v - y, 1));
    const pattern = patternOf(ctx, look);
    if (pattern) {
      ctx.fillStyle = pattern;
      ctx.fillRect(x, y, u - x, v - y);
    }
    ctx.strokeStyle = look.edge;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, y + 0.5, u - x - 1, Math.max(v - y - 1, 0));
    if (frame.about.includes(buffer)) {
      ctx.globalAlpha = 1;
      // In a rim of the page's own colour, so that it is seen on every fill.
      for (const [colour, width] of [[theme.page, 6], [theme.accent, 3]]) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.strokeRect(x + 1.5, y + 1.5, u - x - 3, Math.max(v - y - 3, 0));
      }
    }
    if (!this.rows && v - y > font * 1.1) {
      const pale = dead || rival;
      ctx.fillStyle = pale ? theme.text : look.ink;
      ctx.textAlign = "center";
      ctx.globalAlpha = pale ? 0.75 : ctx.globalAlpha;
      ctx.fillText(cutText(ctx, this.run.names[buffer], u - x - 8), (x + u) / 2, (y + v) / 2);
    }
    ctx.globalAlpha = 1;
  }

  hole(ctx, [begin, end, offset, size], font) {
    const [x, u] = [this.x(begin), this.x(end)];
    const [y, v] = [this.y(offset + size), this.y(offset)];
    ctx.strokeStyle = ctx.fillStyle = EVENT_COLOURS.refuse;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(x, y, u - x, v - y);
    ctx.globalAlpha = 1;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    ctx.strokeRect(x + 1, y + 1, u - x - 2, Math.max(v - y - 2, 0));
    ctx.setLineDash([]);
    ctx.textAlign = "center";
    if (v - y > font) ctx.fillText("✕", (x + u) / 2, (y + v) / 2);
  }

  // The most so far; at the end the bound too.
  levels(ctx, frame, theme, font) {
    if (this.rows || !this.run.bytes) return;
    if (frame.peak) this.level(ctx, frame.peak, EVENT_COLOURS.peak, `peak ${bytesText(frame.peak)}`, font, "right");
    const { bound } = this.run;
    if (frame.kind === "done" && bound !== frame.peak) {
      this.level(ctx, bound, theme.accent, `bound ${bytesText(bound)}`, font, "left");
    }
  }

  level(ctx, value, colour, text, font, side) {
    const { left, right } = this.area;
    const y = Math.round(this.y(value)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([7, 4]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.textAlign = side;
    ctx.fillText(text, side === "right" ? right - 2 : left + 4, y - font * 0.7);
  }

  curve(ctx, frame, theme, font) {
    const { left, right } = this.area;
    const { top, foot } = this.low;
    const y = (value) => foot - (value / (this.run.curveTop * 1.1)) * (foot - top);
    ctx.strokeStyle = theme.line;
    ctx.lineWidth = 1;
    ctx.strokeRect(left, top, right - left, foot - top);
    ctx.fillStyle = theme.text;
    ctx.globalAlpha = 0.75;
    ctx.textAlign = "right";
    ctx.fillText("0", left - 6, foot - font * 0.3);
    ctx.fillText(bytesText(this.run.curveTop), left - 6, y(this.run.curveTop));
    ctx.textAlign = "left";
    ctx.fillText(this.run.timed ? "bytes alive" : "bytes placed, by op", left, foot + font * 0.9);
    ctx.globalAlpha = 1;
    if (!frame.curve.length) return;
    ctx.beginPath();
    ctx.moveTo(this.x(0), foot);
    frame.curve.forEach((value, step) => {
      ctx.lineTo(this.x(step), y(value));
      ctx.lineTo(this.x(step + 1), y(value));
    });
    ctx.lineTo(this.x(frame.curve.length), foot);
    ctx.closePath();
    ctx.globalAlpha = 0.22;
    ctx.fillStyle = theme.accent;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1.8;
    ctx.stroke();
  }
}

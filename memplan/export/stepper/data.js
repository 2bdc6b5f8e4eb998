// data.js: whole frames of what changes from frame to frame. Made once; then any frame can be shown
// after any other. Parts that do not change are shared between frames.

class StepRun {
  constructor(data) {
    Object.assign(this, data);
    this.length = data.frames.length;
    this.whole = wholeFrames(data.frames);
    this.events = data.frames.flatMap((frame, at) => (frame.e ? [at] : []));
    this.top = Math.max(1, ...this.whole.map((frame) => frame.peak), ...this.bands.map((b) => b[1] + b[2]));
    this.curveTop = Math.max(1, ...this.whole.map((frame) => Math.max(0, ...frame.curve)));
  }

  // The next event after a frame, or the one before it; the end of the run where there is none.
  nextEvent(at, by) {
    if (by > 0) return this.events.find((event) => event > at) ?? this.length - 1;
    return this.events.findLast((event) => event < at) ?? 0;
  }
}

function wholeFrames(frames) {
  const whole = [];
  let last = { alive: new Set(), blocks: new Map(), curve: [], peak: 0, state: [] };
  frames.forEach((frame, at) => {
    const now = {
      at,
      kind: frame.h,
      line: frame.l,
      text: frame.t,
      step: frame.s,
      about: frame.b,
      event: frame.e ?? "",
      hole: frame.o ?? null,
      alive: frame.a ? new Set(frame.a) : last.alive,
      blocks: frame.p ? changedBlocks(last.blocks, frame) : last.blocks,
      fresh: new Set((frame.p ?? []).map(blockKey)),
      curve: frame.c ? [...last.curve.slice(0, frame.c[0]), ...frame.c.slice(1)] : last.curve,
      peak: frame.k ?? last.peak,
      state: frame.z ? frame.z.map((cell, k) => changedCell(last.state[k], cell)) : last.state,
      rose: "k" in frame && frame.k > last.peak,
    };
    now.laid = frame.p ? new Set([...now.blocks.values()].map((block) => block[0])) : last.laid;
    if (!frame.z) now.state = now.state.map((cell) => ({ ...cell, changed: NOTHING, gone: [] }));
    whole.push(now);
    last = now;
  });
  return whole;
}

const NOTHING = new Set();

function blockKey(block) { return `${block[0]} ${block[1]}`; }

function changedBlocks(last, frame) {
  const blocks = new Map(last);
  for (const gone of frame.d ?? []) blocks.delete(blockKey(gone));
  for (const block of frame.p) blocks.set(blockKey(block), block);
  return blocks;
}

// A part of the state with the rows that are news, and those that are gone.
function changedCell(last, [title, kind, head, tail, rows]) {
  const old = last?.title === title ? last.rows : [];
  const end = old.length - tail;
  const all = [...old.slice(0, head), ...rows, ...old.slice(end)];
  const before = new Map(old.slice(head, end).map((row) => [row[0], row[1]]));
  const changed = new Set();
  for (const row of rows) {
    if (before.get(row[0]) !== row[1]) changed.add(row[0]);
    before.delete(row[0]);
  }
  return { title, kind, rows: all, changed, gone: [...before.keys()] };
}

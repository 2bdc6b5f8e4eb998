// scene.js: what there is to draw. A piece is a rectangle: the time in which a buffer holds
// something, across; up the bytes on which it lies (the map), or down a row of its own (the
// timeline, by birth, size or offset).
//
// Pieces are sorted by their begin. A block of them tells the latest end among its own, so that a
// window of time skips whole blocks.

const BLOCK = 256;

class MapScene {
  constructor(parcel) {
    this.parcel = parcel;
    this.pieces = parcel.begin.length;
    this.buffers = parcel.names.length;
    this.placeOf = null;
    this.blockEnds = new Int32Array(Math.ceil(this.pieces / BLOCK));
    for (let p = 0; p < this.pieces; p++) {
      const block = (p / BLOCK) | 0;
      this.blockEnds[block] = Math.max(this.blockEnds[block], parcel.end[p]);
    }
    this.firstPiece = firstPieces(parcel.owner, this.buffers);
    this.byBuffer = piecesInOrder(parcel.owner, this.firstPiece);
    this.matesOf = { buffer: -1, found: [] };
    this.low = new Float64Array(this.buffers);
    this.high = new Float64Array(this.buffers);
    this.mode = "";
    this.cuts = new Map();
  }

  // The buffer of a name, or -1. Most visits never ask.
  indexOf(name) {
    if (name === null || name === undefined) return -1;
    this.placeOf ??= new Map(this.parcel.names.map((known, index) => [known, index]));
    return this.placeOf.get(name) ?? -1;
  }

  // Where each buffer lies on the upright axis; what is not on the map has low = NaN.
  arrange(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    const { low, size, arena } = this.parcel;
    this.isMap = mode === "map";
    this.rows = this.isMap ? null : this.inOrder(mode);
    if (this.isMap) {
      this.low.set(low);
      for (let b = 0; b < this.buffers; b++) this.high[b] = low[b] + size[b];
      this.reach = Math.max(1, arena) * 1.08;
    } else {
      this.rows.forEach((b, row) => {
        this.low[b] = row;
        this.high[b] = row + 1;
      });
      this.reach = Math.max(12, this.buffers);
    }
  }

  // Buffers come by birth. What has no such figure comes last; ties stay as born.
  inOrder(mode) {
    const rows = Uint32Array.from({ length: this.buffers }, (_, index) => index);
    const { low, size } = this.parcel;
    const none = Infinity;
    if (mode === "size") {
      const key = size.map((bytes) => (Number.isNaN(bytes) ? none : -bytes));
      rows.sort((a, b) => (key[a] === key[b] ? a - b : key[a] - key[b]));
    } else if (mode === "offset") {
      const key = low.map((place) => (Number.isNaN(place) ? none : place));
      rows.sort((a, b) => (key[a] === key[b] ? a - b : key[a] - key[b]));
    }
    return rows;
  }

  // Call `see(piece, buffer)` for each piece that meets the window.
  within(from, to, low, high, see) {
    const { begin, end, owner } = this.parcel;
    for (let block = 0; block < this.blockEnds.length; block++) {
      let p = block * BLOCK;
      if (begin[p] >= to) return;
      if (this.blockEnds[block] <= from) continue;
      for (const stop = Math.min(p + BLOCK, this.pieces); p < stop; p++) {
        const b = owner[p];
        if (begin[p] < to && end[p] > from && this.low[b] < high && this.high[b] > low) see(p, b);
      }
    }
  }

  // The buffer at a point, else the one with most inside the box around it, else -1.
  at(time, place, dt, dy) {
    const { begin, end } = this.parcel;
    let [best, most] = [-1, 0];
    this.within(time - dt, time + dt, place - dy, place + dy, (p, b) => {
      const across = Math.min(end[p], time + dt) - Math.max(begin[p], time - dt);
      const up = Math.min(this.high[b], place + dy) - Math.max(this.low[b], place - dy);
      const inside = begin[p] <= time && time < end[p] && this.low[b] <= place && place < this.high[b];
      const share = inside ? Infinity : across * up;
      if (share > most || (share === most && best < 0)) [best, most] = [b, share];
    });
    return best;
  }

  piecesOf(buffer) {
    return this.byBuffer.subarray(this.firstPiece[buffer], this.firstPiece[buffer + 1]);
  }

  // Buffers that lie on the same memory, without the one itself.
  mates(buffer) {
    if (this.matesOf.buffer === buffer) return this.matesOf.found;
    const { group, mates } = this.parcel;
    const found = [];
    for (let b = 0; b < this.buffers && mates[buffer] > 1; b++) {
      if (group[b] === group[buffer] && b !== buffer) found.push(b);
    }
    this.matesOf = { buffer, found };
    return found;
  }

  name(buffer) {
    return this.parcel.shown[buffer] ?? this.parcel.names[buffer];
  }

  // The place in the curve's columns that holds at a step; -1: there is none.
  pointAt(step) {
    const steps = this.parcel.curve_step;
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  alive(step) {
    return this.parcel.curve_bytes[this.pointAt(step)] ?? 0;
  }

  opName(step) {
    const kind = this.parcel.op_types[this.parcel.op_type[step]];
    return `op ${grouped(step)}${kind === undefined ? "" : ` ${kind}`}`;
  }
}

// Where each buffer's pieces begin among all, when they are sorted by buffer; and the end of all.
function firstPieces(owner, buffers) {
  const first = new Int32Array(buffers + 1);
  for (const b of owner) first[b + 1] += 1;
  for (let b = 0; b < buffers; b++) first[b + 1] += first[b];
  return first;
}

function piecesInOrder(owner, first) {
  const next = first.slice();
  const pieces = new Int32Array(owner.length);
  owner.forEach((b, p) => { pieces[next[b]++] = p; });
  return pieces;
}

// colouring.js: what colour means. A colouring gives every node a look and perhaps an entry of
// the legend: looks[lookOf[i]] and entries[entryOf[i]], or -1.

const PALE = { fill: "#d5dae0", edge: "#8d97a3", ink: "#14181d", pattern: "", hollow: false };
const HOLLOW = { ...PALE, hollow: true };

const COLOURINGS = {
  memory: { title: "Shared memory", make: colourByMemory },
  bytes: { title: "Bytes", make: colourByBytes },
  type: { title: "Op type", make: colourByType },
  device: { title: "Device", make: colourByDevice },
  alive: { title: "Alive at a step", make: colourByLife },
};

class Colouring {
  constructor(scene) {
    this.looks = [];
    this.entries = [];
    this.lookOf = new Int32Array(scene.count).fill(-1);
    this.entryOf = new Int32Array(scene.count).fill(-1);
  }

  // A row of the legend: the look, a text, perhaps a remark, and how many there are of what.
  entry(look, text, remark, nodes, count) {
    const number = this.entries.length;
    this.entries.push({ look, text, remark, count });
    for (const index of nodes) this.entryOf[index] = number;
    return number;
  }

  paint(look, nodes) {
    const number = this.looks.length;
    this.looks.push(look);
    for (const index of nodes) this.lookOf[index] = number;
  }

  // Nodes of one look after one another, so that a frame changes colours seldom; first the
  // nodes without a look of their own.
  finish() {
    this.rows = Array.from({ length: this.looks.length + 1 }, () => []);
    this.lookOf.forEach((look, index) => this.rows[look + 1].push(index));
    return this;
  }
}

function colourByMemory(scene) {
  const made = new Colouring(scene);
  made.looks = scene.swatches;
  made.lookOf = scene.swatch_of;
  const shared = [];
  const single = [];
  for (const [number, nodes] of scene.groupMembers) {
    const blobs = blobsAmong(scene, nodes);
    if (blobs > 1) shared.push({ number, nodes, blobs, bytes: mostBytes(scene, nodes) });
    else single.push(...nodes);
  }
  shared.sort((a, b) => b.bytes - a.bytes || a.number - b.number);
  for (const { number, nodes, blobs, bytes } of shared) {
    made.entry(scene.swatches[scene.swatch_of[nodes[0]]], `#${number}`, sizeText(bytes), nodes, blobs);
  }
  remaining(scene, made, single, "memory of its own", (index) => scene.groups[index] >= 0);
  remaining(scene, made, null, "size unknown", (index) => scene.nbytes[index] < 0);
  remaining(scene, made, null, "not planned", (index) => scene.nbytes[index] >= 0);
  return made.finish();
}

// An entry for the blobs that are in none yet.
function remaining(scene, made, nodes, text, belongs) {
  const found = (nodes ?? [...scene.ids.keys()]).filter(
    (index) => scene.isBlob(index) && made.entryOf[index] < 0 && belongs(index),
  );
  if (!found.length) return;
  made.entry(scene.swatches[scene.swatch_of[found[0]]] ?? PALE, text, "", found, blobsAmong(scene, found));
}

function colourByBytes(scene) {
  const made = new Colouring(scene);
  const classes = sizeClasses(scene.nbytes);
  const rows = classes.map(() => []);
  const [unknown, empty] = [[], []];
  for (let i = 0; i < scene.count; i++) {
    if (!scene.isBlob(i)) continue;
    const bytes = scene.nbytes[i];
    if (bytes > 0) rows[classes.findIndex(([, to]) => bytes < to)].push(i);
    else (bytes < 0 ? unknown : empty).push(i);
  }
  for (let c = classes.length - 1; c >= 0; c--) {
    enter(scene, made, HEAT[heatOf(c, classes.length)], classText(classes[c]), rows[c]);
  }
  enter(scene, made, PALE, "0 B", empty);
  enter(scene, made, HOLLOW, "unknown", unknown);
  return made.finish();
}

function heatOf(place, count) {
  return count < 2 ? 3 : Math.round((place * (HEAT.length - 1)) / (count - 1));
}

function enter(scene, made, look, text, nodes) {
  if (!nodes.length) return;
  made.paint(look, nodes);
  made.entry(look, text, "", nodes, blobsAmong(scene, nodes) || nodes.length);
}

function colourByType(scene) {
  const ops = [...scene.ids.keys()].filter((index) => scene.kinds[index] === OP);
  const blobs = [...scene.ids.keys()].filter((index) => scene.isBlob(index));
  const made = new Colouring(scene);
  byTable(scene, made, ops, scene.type_of, scene.types, "?");
  if (blobs.length) made.paint(HOLLOW, blobs);
  return made.finish();
}

function colourByDevice(scene) {
  const made = new Colouring(scene);
  const all = [...scene.ids.keys()].filter((index) => scene.kinds[index] !== FOLD);
  byTable(scene, made, all, scene.device_of, scene.devices, "no device");
  return made.finish();
}

// One entry for each text of a table, the most frequent first.
function byTable(scene, made, nodes, numbers, texts, missing) {
  const rows = new Map();
  for (const index of nodes) {
    const number = numbers[index];
    if (!rows.has(number)) rows.set(number, []);
    rows.get(number).push(index);
  }
  const sorted = [...rows].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  sorted.forEach(([number, members], rank) => {
    const look = scene.palette[rank] ?? PALE;
    made.paint(look, members);
    made.entry(look, texts[number] ?? missing, "", members, members.length);
  });
}

// At step t a blob is written, there before and after, or read for the last time.
function colourByLife(scene, t) {
  const made = new Colouring(scene);
  const rows = { now: [], born: [], stays: [], last: [], brief: [], away: [] };
  for (let i = 0; i < scene.count; i++) {
    if (!scene.isBlob(i)) {
      if (runsAt(scene, i, t)) rows.now.push(i);
    } else rows[lifeAt(scene, i, t)].push(i);
  }
  const [through, born, last, brief, now] = scene.palette;
  enter(scene, made, now, `op ${t}`, rows.now);
  enter(scene, made, born, "born here", rows.born);
  enter(scene, made, through, "alive before and after", rows.stays);
  enter(scene, made, last, "used here for the last time", rows.last);
  enter(scene, made, brief, "alive here only", rows.brief);
  enter(scene, made, HOLLOW, "not alive", rows.away);
  return made.finish();
}

function runsAt(scene, index, t) {
  const fold = scene.kinds[index] === FOLD;
  return fold ? scene.begins[index] <= t && t < scene.ends[index] : scene.steps[index] === t;
}

function lifeAt(scene, index, t) {
  const [begin, end] = [scene.begins[index], scene.ends[index]];
  if (begin < 0 || t < begin || t >= end) return "away";
  if (begin === t) return end === t + 1 ? "brief" : "born";
  return end === t + 1 ? "last" : "stays";
}

// Versions of one blob count once.
function blobsAmong(scene, nodes) {
  const names = new Set();
  for (const index of nodes) if (scene.isBlob(index)) names.add(scene.firsts[index]);
  return names.size;
}

function mostBytes(scene, nodes) {
  let most = -1;
  for (const index of nodes) most = Math.max(most, scene.nbytes[index]);
  return most;
}

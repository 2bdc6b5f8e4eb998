// wire.js: the columns as Python packs them, and the place where they wait for a canvas.
//
// A big plan is megabytes, a selection is a few letters. So they come in two mounts: one brings the
// parcel and all this code, always the same, which Streamlit therefore sends once; the other is
// the canvas, told by the parcel's name what to show. Either may come first.

const SHELF = (globalThis[Symbol.for("memplan.memory")] ??= {
  parcels: new Map(), // version -> { content, holders }
  waiting: new Set(), // called when a parcel has come
  make: null, // of an element a canvas
});

const ARRAYS = { int32: Int32Array, float64: Float64Array };
const DIGEST = 16;

function versionOf(bytes) {
  return String.fromCharCode(...bytes.subarray(0, DIGEST));
}

// The layout is told in memplan/views/map_data.py.
function unpack(bytes) {
  const whole = bytes.slice(); // begins at a multiple of 8, as the bytes of a message may not
  const length = new DataView(whole.buffer).getUint32(DIGEST, true);
  const first = DIGEST + 4;
  const head = JSON.parse(new TextDecoder().decode(whole.subarray(first, first + length)));
  const begin = Math.ceil((first + length) / 8) * 8;
  const columns = {};
  for (const [name, [type, start, count]] of Object.entries(head.columns)) {
    columns[name] = new ARRAYS[type](whole.buffer, begin + start, count);
  }
  return { ...head, ...columns, version: versionOf(bytes) };
}

function putParcel(bytes) {
  const version = versionOf(bytes);
  const known = SHELF.parcels.get(version);
  if (known) known.holders += 1;
  else SHELF.parcels.set(version, { content: unpack(bytes), holders: 1 });
  for (const told of [...SHELF.waiting]) told();
  return version;
}

function dropParcel(version) {
  const parcel = SHELF.parcels.get(version);
  if (parcel && --parcel.holders === 0) SHELF.parcels.delete(version);
}

function findParcel(version) {
  return SHELF.parcels.get(version)?.content ?? null;
}

// unpack.js: the bytes that Python sends, as texts and typed arrays: see views/packing.py.

const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u1: Uint8Array };

// What the page wants of the canvas, and where the graph begins. The graph itself is read only
// when its version is a new one.
function readOptions(bytes) {
  const [options, end] = readBlock(bytes, 0);
  return { ...options, begin: end };
}

function unpack(bytes, begin) {
  // Streamlit gives a window into its message: in a copy of its own each column begins where
  // a typed array may begin.
  const own = bytes.slice(begin);
  const [data, end] = readBlock(own, 0);
  let place = end;
  for (const [name, type, count] of data.columns) {
    const column = new ARRAYS[type](own.buffer, place, count);
    data[name] = column;
    place += 8 * Math.ceil(column.byteLength / 8);
  }
  return data;
}

function readBlock(bytes, begin) {
  const length = new DataView(bytes.buffer, bytes.byteOffset + begin, 4).getUint32(0, true);
  const end = begin + 4 + length;
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(begin + 4, end))), end];
}

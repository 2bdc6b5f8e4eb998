// word.js: the second mount of a canvas: all it does is pass on what Python says is chosen.
// The graph is in the first mount, whose data stays the same, so that it is sent only once.
// The two meet at a board in the page, under the name of the canvas.

export default function ({ data }) {
  const board = (window.memplanGraphs ??= new Map());
  const place = board.get(data.canvas) ?? {};
  board.set(data.canvas, place);
  place.word = data;
  place.hear?.(data);
  return () => {
    if (place.word === data) delete place.word;
  };
}

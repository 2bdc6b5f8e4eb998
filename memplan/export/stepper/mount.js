// mount.js: the stepper inside the app; Python hears of it when it comes to rest, and of answers.

const KEPT = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".stepper");
  if (!KEPT.has(root)) KEPT.set(root, new Stepper(root));
  const stepper = KEPT.get(root);
  stepper.update(component.data, (name, value) => {
    if (name === "frame") standAt(value.value);
    component.setStateValue(name, value);
  });
  return () => {
    stepper.close();
    KEPT.delete(root);
  };
}

// The frame goes into the address from here, in place of the one before: what Python writes there
// is a step for the Back button, and Back is to leave the run, not to go through its frames.
function standAt(frame) {
  const parts = location.search.slice(1).split("&");
  const others = parts.filter((part) => part && !part.startsWith("frame="));
  const query = (frame ? [...others, `frame=${frame}`] : others).join("&");
  const address = location.pathname + (query && `?${query}`) + location.hash;
  history.replaceState(history.state, "", address);
}

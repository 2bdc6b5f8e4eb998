// mount.js: the stepper inside the app; Python hears of it when it comes to rest, and of answers.

const KEPT = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".stepper");
  if (!KEPT.has(root)) KEPT.set(root, new Stepper(root));
  const stepper = KEPT.get(root);
  stepper.update(component.data, (name, value) => component.setStateValue(name, value));
  return () => {
    stepper.close();
    KEPT.delete(root);
  };
}

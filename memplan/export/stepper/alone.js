// alone.js: the stepper in a file of its own, with the one run that is in it.

{
  const stepper = new Stepper(document.querySelector(".stepper"));
  const data = JSON.parse(document.querySelector("#run").textContent);
  const at = Number(new URLSearchParams(location.hash.slice(1)).get("frame")) || 0;
  stepper.update({ ...data, asks: data.questions.length > 0, start: { frame: at, token: "" } }, (name, word_) => {
    if (name === "frame") history.replaceState(null, "", `#frame=${word_.value}`);
  });
}

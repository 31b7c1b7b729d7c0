/* A press counts, also when the screen was renewed between down and up: the button that stands in
   the place of the one that was pressed, under the same id, is pressed instead. And a double click
   is one click: the second press is not meant for what has come in its place. */
(function () {
  "use strict";
  var held = null; // the button under the finger, the mouse or the space bar
  var first = null; // what was clicked first, of clicks in quick succession

  function hold(event) {
    if (event.type === "keydown" && event.key !== " ") return;
    if (event.type === "mousedown" && event.button !== 0) return;
    if (event.repeat) return;
    held = event.target.closest ? event.target.closest("button[id]") : null;
  }

  function release(event) {
    if (event.type === "keyup" && event.key !== " ") return;
    var button = held;
    held = null;
    if (!button || document.contains(button)) return;
    var fresh = document.getElementById(button.id);
    if (fresh && fresh.contains(event.target)) fresh.click();
  }

  function once(event) {
    var button = event.target.closest ? event.target.closest("button, a") : null;
    if (event.detail < 2) {
      first = button;
      return;
    }
    if (!button || (button === first && !button.hasAttribute("aria-pressed"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("click", once, true);
  ["keydown", "mousedown"].forEach(function (name) {
    document.addEventListener(name, hold, true);
  });
  ["keyup", "mouseup"].forEach(function (name) {
    document.addEventListener(name, release, true);
  });
})();

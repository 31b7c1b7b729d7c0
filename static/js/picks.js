/* In a form[data-picks] one chooses at most so many: it counts along, each group and all, and says
   so when there is no room for one more. The server says the same of what is sent. */
(function () {
  "use strict";

  function boxes(where) {
    return Array.prototype.slice.call(where.querySelectorAll("input[type=checkbox]"));
  }

  function ticked(where) {
    return boxes(where).filter(function (box) {
      return box.checked;
    }).length;
  }

  function chosen(form) {
    var own = form.querySelector("input[type=text]");
    return ticked(form) + (own && own.value.trim() ? 1 : 0);
  }

  function show(form, full) {
    var said = form.querySelector("[data-picked]");
    said.hidden = false;
    said.textContent = full || chosen(form) > Number(form.dataset.picks)
      ? said.dataset.full
      : said.dataset.words.replace("%n", chosen(form));
    Array.prototype.forEach.call(form.querySelectorAll("details"), function (group) {
      var n = ticked(group);
      group.querySelector("[data-count]").textContent = n ? "(" + n + ")" : "";
    });
  }

  function changed(event) {
    var form = event.target.closest ? event.target.closest("form[data-picks]") : null;
    // A box says so twice: only the last time counts.
    if (!form || (event.type === "input" && event.target.type === "checkbox")) return;
    var errors = form.querySelector(".errors");
    if (errors) errors.remove(); // it was about what was chosen before
    var full = event.target.checked && chosen(form) > Number(form.dataset.picks);
    if (full) event.target.checked = false;
    show(form, full);
  }

  // What was ticked before is in sight, also when it came back from this device.
  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-picks]"), function (form) {
      Array.prototype.forEach.call(form.querySelectorAll("details"), function (group) {
        if (ticked(group)) group.open = true;
      });
      show(form, false);
    });
  }

  // Before keep.js hears of it: what was refused is not kept.
  document.addEventListener("input", changed, true);
  document.addEventListener("change", changed, true);
  document.addEventListener("kompas:replaced", start);
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "complete") start();
  else window.addEventListener("DOMContentLoaded", start);
})();

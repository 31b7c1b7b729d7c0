/* Type, Enter, next: in a [data-enter] field, or a text of such a form, Enter sends the form; Shift
   and Enter makes a line. */
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    var field = event.target;
    if (!field.form || !field.matches("[data-enter], form[data-enter] textarea")) return;
    event.preventDefault();
    var button = field.form.querySelector("button:not([type='button'])");
    if (button && field.value.trim()) button.click();
  });
})();

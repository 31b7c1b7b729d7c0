/* A [data-copy] button copies the text of the element with that id, and says so. */
(function () {
  "use strict";

  function select(element) {
    if (element.select) {
      element.select(); // a field: what stands in it now
      return;
    }
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function said(button) {
    var words = button.querySelector("[data-copied]");
    if (words) words.textContent = words.dataset.copied;
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy]");
    var source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    select(source); // on an address without TLS the new way is missing; then the old one is used
    if (navigator.clipboard) {
      navigator.clipboard.writeText((source.value || source.textContent).trim()).then(
        function () {
          said(button);
        },
        function () {}
      );
    } else if (document.execCommand("copy")) {
      said(button);
    }
  });
})();

/* What one click sets or adds. In a form[data-choose] a button says at once that it is pressed;
   clicks are sent one after the other, again and again until the server has them. When all are
   sent, the parts of the page that data-choose names show how it stands. What still waits when the
   page is left goes along in the outbox. */
(function () {
  "use strict";
  var RETRY = 4000; // ms
  var waiting = [];
  var busy = false;
  var clicked = null; // for browsers that do not say which button sent a form

  function set(toggle, on) {
    toggle.setAttribute("aria-pressed", on ? "true" : "false");
    toggle.value = on ? "" : toggle.dataset.value;
  }

  // Of the toggles side by side one is pressed at most; what is added need not be offered again.
  function press(button) {
    if (!button.hasAttribute("aria-pressed")) {
      // What moves the room keeps its place, or a second press would meet what moved up.
      if (button.form.dataset.choose === "room") button.setAttribute("aria-disabled", "true");
      else button.hidden = true;
      return;
    }
    var on = button.getAttribute("aria-pressed") !== "true";
    Array.prototype.forEach.call(button.parentNode.querySelectorAll("[aria-pressed]"), function (one) {
      set(one, on && one === button);
    });
  }

  function show(text, names) {
    var page = new DOMParser().parseFromString(text, "text/html");
    names.split(" ").forEach(function (name) {
      var old = document.getElementById(name);
      var fresh = page.getElementById(name);
      if (old && fresh) window.kompas.show(old, fresh);
    });
  }

  function pump() {
    if (busy || !waiting.length) return;
    var item = waiting[0];
    busy = true;
    window
      .fetch(item.action, {
        method: "POST",
        body: item.body,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        credentials: "same-origin",
        keepalive: true, // also when the page is left just after the click
      })
      .then(function (response) {
        if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
        return response.text().then(function (text) {
          busy = false;
          if (waiting[0] !== item) return pump(); // it went along in the outbox
          waiting.shift();
          if (!response.ok) window.location.reload(); // it stands otherwise by now
          else if (waiting.length) pump();
          else show(text, item.names);
        });
      })
      .catch(function () {
        busy = false;
        window.setTimeout(pump, RETRY);
      });
  }

  document.addEventListener("click", function (event) {
    clicked = event.target.closest ? event.target.closest("button") : null;
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-choose]")) return;
    var button = event.submitter || clicked;
    if (!button || button.form !== form) return;
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    var body = new URLSearchParams(new FormData(form));
    body.append(button.name, button.value);
    waiting.push({ action: form.getAttribute("action"), body: body.toString(), names: form.dataset.choose });
    press(button);
    pump();
  });
  window.addEventListener("online", pump);
  window.addEventListener("pagehide", function () {
    // Not what is asked of the room: by then it may be somewhere else.
    window.kompas.leave(
      waiting.splice(0).filter(function (item) {
        return item.names !== "room";
      })
    );
  });
})();

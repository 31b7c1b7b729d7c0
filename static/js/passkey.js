/* A form[data-passkey] asks the browser for a passkey before it is sent: "make" a new one, or "use"
   one. What to sign stands in data-options, or comes from the form's own address. Its field
   "credential" gets what the browser made. Where a browser knows no passkeys, that is said. */
(function () {
  "use strict";

  function bytes(text) {
    var raw = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (letter) {
      return letter.charCodeAt(0);
    });
  }

  function text(buffer) {
    var raw = "";
    Array.prototype.forEach.call(new Uint8Array(buffer), function (byte) {
      raw += String.fromCharCode(byte);
    });
    return window.btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // What is bytes for the browser is text for the server.
  function read(options) {
    var key = options.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) key.user.id = bytes(key.user.id);
    (key.excludeCredentials || []).concat(key.allowCredentials || []).forEach(function (known) {
      known.id = bytes(known.id);
    });
    return options;
  }

  function write(made) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(
      function (name) {
        if (made.response[name]) response[name] = text(made.response[name]);
      }
    );
    return JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: response,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  }

  function options(form) {
    if (form.dataset.options) return Promise.resolve(JSON.parse(form.dataset.options));
    return window
      .fetch(form.action, { headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (answer) {
        return answer.request_options;
      });
  }

  function show(form, which) {
    ["unknown", "failed"].forEach(function (name) {
      var words = form.querySelector("[data-" + name + "]");
      if (words) words.hidden = name !== which;
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    var known = window.PublicKeyCredential && navigator.credentials;
    var busy = false;
    form.hidden = false;
    if (!known) show(form, "unknown");
    form.querySelector("button").disabled = !known;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (busy) return;
      busy = true;
      show(form, "");
      options(form)
        .then(read)
        .then(function (asked) {
          return form.dataset.passkey === "make"
            ? navigator.credentials.create(asked)
            : navigator.credentials.get(asked);
        })
        .then(function (made) {
          form.elements.credential.value = write(made);
          form.submit();
        })
        .catch(function () {
          busy = false; // closed by who sees it, took too long, or there is none here
          show(form, "failed");
        });
    });
  });
})();

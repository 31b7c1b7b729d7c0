/* Loses nothing that is typed. Each form[data-keep] is kept on this device until the server has
   it; what could not be sent is said, and sent again when there is a connection. The form carries
   the id that its row will have, so that sending twice stores once. */
(function () {
  "use strict";
  var PREFIX = "kompas:";
  var RETRY = 4000; // ms

  var savedAs = ""; // data-keep of the form that was saved last, until its answer is shown

  var store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch (error) {
    store = null; // private mode: then only this page keeps it
  }

  function key(form) {
    return PREFIX + form.dataset.keep;
  }

  function typed(form) {
    var values = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.name === "csrfmiddlewaretoken") return;
      if (field.type === "submit" || field.type === "button" || field.type === "file") return;
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) return;
      if (field.type === "checkbox") values[field.name] = (values[field.name] || []).concat(field.value);
      else values[field.name] = field.value;
    });
    return values;
  }

  // What was typed, without what only says which row and which version it belongs to.
  function words(form) {
    var values = typed(form);
    delete values.id;
    delete values.version;
    Object.keys(values).forEach(function (name) {
      if (name.indexOf("initial-") === 0) delete values[name]; // what stood there before
    });
    return JSON.stringify(values);
  }

  function keep(form) {
    if (form.dataset.saved === words(form)) return; // leaving a field says so once more
    form.dataset.typed = "yes";
    if (!store) return;
    try {
      store.setItem(key(form), JSON.stringify(typed(form)));
    } catch (error) {
      return; // the device is full: the page still has it
    }
  }

  function forget(form) {
    delete form.dataset.typed;
    if (store) store.removeItem(key(form));
  }

  function restore(form) {
    if (!store || form.dataset.restored) return;
    form.dataset.restored = "yes";
    var draft = store.getItem(key(form));
    if (!draft) return;
    var values;
    try {
      values = JSON.parse(draft);
    } catch (error) {
      store.removeItem(key(form));
      return;
    }
    var differs = false;
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!(field.name in values) || field.type === "file") return;
      if (field.type === "radio" || field.type === "checkbox") {
        if (!field.checked && [].concat(values[field.name]).indexOf(field.value) !== -1) {
          field.checked = true;
          differs = true;
        }
      } else if (field.type === "hidden") {
        // The id of the row and the version that was seen belong to what was typed.
        if (field.name === "id" || field.name === "version") field.value = values[field.name];
      } else if (field.value !== values[field.name]) {
        field.value = values[field.name];
        differs = true;
      }
    });
    if (differs) {
      form.dataset.typed = "yes";
      say(form, "restored");
    } else {
      forget(form);
    }
  }

  // A form says how it stands with what was typed, in the words of its [data-say="…"] parts.
  function say(form, what) {
    Array.prototype.forEach.call(form.querySelectorAll("[data-say]"), function (part) {
      part.hidden = part.dataset.say !== what;
    });
    form.classList.toggle("unsent", what === "unsent");
  }

  function problem(form, text) {
    var old = form.querySelector("[data-problem]");
    if (old) old.remove();
    if (!text) return;
    var notice = document.createElement("p");
    notice.className = "notice notice-error";
    notice.setAttribute("role", "alert");
    notice.dataset.problem = "";
    notice.textContent = text;
    form.insertBefore(notice, form.firstChild);
  }

  function formOf(element) {
    return element && element.closest ? element.closest("form[data-keep]") : null;
  }

  // Whoever is shown another's text beside their own decides which stands. Until they press the
  // button since, nothing goes by itself: not what is typed now, nor what waited to be sent.
  function isUndecided(form, cause) {
    if (!form.dataset.conflict) return false;
    var pressed = cause && cause.type === "submit" && cause.isTrusted;
    return !pressed || cause.timeStamp <= Number(form.dataset.conflict);
  }

  function restoreAll() {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-keep]"), restore);
  }

  // What was typed before the scripts were there was heard by nobody: it is typed once more.
  function hearWhatWasTyped() {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-keep]:not([data-typed])"), function (form) {
      var fields = form.querySelectorAll("input, textarea, select");
      var field = Array.prototype.filter.call(fields, window.kompas.changedByHand).pop();
      if (!field) return;
      ["input", "change"].forEach(function (name) {
        field.dispatchEvent(new Event(name, { bubbles: true }));
      });
    });
  }

  function resend() {
    Array.prototype.forEach.call(document.querySelectorAll("form.unsent:not([data-outbox])"), function (form) {
      if (window.htmx) window.htmx.trigger(form, "submit");
    });
  }

  function start() {
    if (document.body.hasAttribute("data-clear-drafts") && store) {
      Object.keys(store).forEach(function (name) {
        // also what waits in the outbox
        if (name.indexOf(PREFIX) === 0) store.removeItem(name);
      });
    }
    restoreAll();
    Array.prototype.forEach.call(document.querySelectorAll("[data-drafts-of]"), function (notice) {
      notice.hidden = !Object.keys(store || {}).some(function (name) {
        // what is kept of a form, or waits in its outbox
        return name.replace("kompas:outbox:", PREFIX).indexOf(PREFIX + notice.dataset.draftsOf) === 0;
      });
    });
    document.addEventListener("input", function (event) {
      var form = formOf(event.target);
      if (form) keep(form);
    });
    document.addEventListener("change", function (event) {
      var form = formOf(event.target);
      if (form) keep(form);
    });
    document.addEventListener("htmx:configRequest", function (event) {
      var form = formOf(event.detail.elt);
      if (!form) return;
      if (isUndecided(form, event.detail.triggeringEvent)) event.preventDefault();
      else form.dataset.sent = words(form);
    });
    document.addEventListener("htmx:beforeSwap", function (event) {
      // A conflict is an answer: both texts are shown.
      if (event.detail.xhr.status !== 409) return;
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      var form = formOf(event.detail.elt);
      if (!form) return;
      form.dataset.conflict = performance.now();
      say(form, "");
    });
    document.addEventListener("htmx:beforeOnLoad", function (event) {
      var form = formOf(event.detail.elt);
      var status = event.detail.xhr.status;
      if (!form || status < 200 || status >= 300) return;
      problem(form, "");
      delete form.dataset.conflict;
      // What was typed after sending is still to be sent.
      if (words(form) === form.dataset.sent) {
        form.dataset.saved = form.dataset.sent;
        forget(form);
        say(form, "saved");
        savedAs = form.dataset.keep;
      }
    });
    // A form that came in its place says it too.
    document.addEventListener("htmx:afterSettle", function () {
      Array.prototype.forEach.call(document.querySelectorAll("form[data-keep]"), function (form) {
        if (form.dataset.keep === savedAs && !form.hasAttribute("data-typed")) say(form, "saved");
      });
      savedAs = "";
    });
    ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
      document.addEventListener(name, function (event) {
        var form = formOf(event.detail.elt);
        if (!form) return;
        keep(form);
        say(form, "unsent");
      });
    });
    document.addEventListener("htmx:responseError", function (event) {
      var form = formOf(event.detail.elt);
      if (!form) return;
      if (event.detail.xhr.status >= 500) {
        keep(form);
        say(form, "unsent");
        return;
      }
      var page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
      var reason = page.querySelector("[data-reason]");
      problem(form, reason ? reason.textContent.trim() : page.title);
    });
    document.addEventListener("kompas:replaced", restoreAll);
    document.addEventListener("htmx:afterSettle", restoreAll);
    window.addEventListener("load", hearWhatWasTyped);
    window.addEventListener("online", resend);
    window.setInterval(resend, RETRY);
    window.addEventListener("pageshow", function (event) {
      // A ballot that was passed on never comes back, not even from the browser's memory.
      if (event.persisted && document.querySelector("form[data-forget]")) window.location.reload();
    });
  }

  window.kompas = window.kompas || {};
  window.kompas.say = say;
  window.kompas.problem = problem;
  window.kompas.forget = forget;
  // Whether `fresh` holds just what this form sent: what was typed since is still on its way.
  window.kompas.isOwn = function (form, fresh) {
    var held = words(fresh);
    return held === form.dataset.sent || held === form.dataset.saved;
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

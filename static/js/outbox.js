/* Lets one type on. A form[data-outbox] is emptied the moment it is submitted; what was in it
   waits in an outbox on this device and is sent in order, again and again until the server has
   it. Each carries the id that its row will have, so that sending twice stores once. */
(function () {
  "use strict";
  var PREFIX = "kompas:outbox:";
  var RETRY = 4000; // ms
  var queues = {}; // name of the form -> what still has to be sent, oldest first
  var busy = {};

  function save(name) {
    try {
      if (queues[name].length) {
        window.localStorage.setItem(PREFIX + name, JSON.stringify(queues[name]));
      } else {
        window.localStorage.removeItem(PREFIX + name);
      }
    } catch (error) {
      return; // private mode, or the device is full: then only this page keeps it
    }
  }

  function load() {
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf(PREFIX) === 0) {
          queues[key.slice(PREFIX.length)] = JSON.parse(window.localStorage.getItem(key));
        }
      });
    } catch (error) {
      queues = {};
    }
  }

  function formOf(name) {
    return Array.prototype.filter.call(
      document.querySelectorAll("form[data-outbox]"),
      function (form) {
        return form.dataset.keep === name;
      }
    )[0];
  }

  function freshId() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    });
    return [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)]
      .map(function (part) {
        return part.join("");
      })
      .join("-");
  }

  function put(form) {
    var name = form.dataset.keep;
    queues[name] = queues[name] || [];
    queues[name].push({
      action: form.getAttribute("action"),
      body: new URLSearchParams(new FormData(form)).toString(),
    });
    save(name);
    form.reset();
    var id = form.elements.namedItem("id");
    if (id) id.value = freshId();
    window.kompas.forget(form);
    window.kompas.problem(form, "");
    var first = form.querySelector("textarea, input:not([type=hidden]):not([type=radio])");
    if (first) first.focus();
    pump(name);
  }

  // What the server refused stands in the form again, unless something else does already.
  function giveBack(form, item, reason) {
    if (!form) return;
    var values = new URLSearchParams(item.body);
    var fields = Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.type !== "hidden" && field.type !== "submit";
    });
    var inUse = fields.some(function (field) {
      return field.value !== field.defaultValue && field.type !== "radio" && field.tagName !== "SELECT";
    });
    if (inUse) {
      var words = values.get("text") || values.get("line") || values.get("name") || values.get("title") || values.get("what");
      window.kompas.problem(form, (words ? "“" + words + "” — " : "") + reason);
      return;
    }
    fields.forEach(function (field) {
      if (field.type === "radio") field.checked = values.get(field.name) === field.value;
      else if (values.has(field.name)) field.value = values.get(field.name);
    });
    window.kompas.problem(form, reason);
    form.dispatchEvent(new Event("input", { bubbles: true })); // kept as a draft again
  }

  // The row that was added comes into view, as long as the form to type the next one stays in it.
  function bringIntoView(form, id) {
    var row = form && document.getElementById("rij-" + id);
    if (!row) return;
    var below = row.getBoundingClientRect().bottom;
    if (below - form.getBoundingClientRect().top > window.innerHeight) return;
    if (below > window.innerHeight) row.scrollIntoView({ block: "end" });
  }

  function reasonIn(page, name) {
    var form = Array.prototype.filter.call(page.querySelectorAll("form[data-keep]"), function (one) {
      return one.dataset.keep === name;
    })[0];
    var error = (form && form.querySelector(".errorlist li")) || page.querySelector("[data-reason]");
    return error ? error.textContent.trim() : page.title;
  }

  function pump(name) {
    var queue = queues[name] || [];
    if (busy[name] || !queue.length) return;
    var item = queue[0];
    var status = 0;
    var address = "";
    busy[name] = true;
    window
      .fetch(item.action, {
        method: "POST",
        body: item.body,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        credentials: "same-origin",
      })
      .then(function (response) {
        status = response.status;
        address = response.url;
        if (status >= 500 || status === 429) throw new Error(String(status));
        return response.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var form = formOf(name);
        queue.shift();
        save(name);
        if (status < 300) {
          window.kompas.answered(page, address);
          form = formOf(name);
          if (form && !queue.length) window.kompas.say(form, "saved");
          bringIntoView(form, new URLSearchParams(item.body).get("id"));
        } else {
          giveBack(form, item, reasonIn(page, name));
        }
        busy[name] = false;
        pump(name);
      })
      .catch(function () {
        busy[name] = false;
        var form = formOf(name);
        if (form) window.kompas.say(form, "unsent");
      });
  }

  // What is still to be sent when a page is left; the next page of the talk sends it, in order.
  function leave(items) {
    items.forEach(function (item) {
      var key = PREFIX + item.action.match(/[0-9a-f-]{36}/)[0] + ":left";
      try {
        var left = JSON.parse(window.localStorage.getItem(key) || "[]");
        left.push({ action: item.action, body: item.body });
        window.localStorage.setItem(key, JSON.stringify(left));
      } catch (error) {
        return;
      }
    });
  }

  function pumpAll() {
    Object.keys(queues).forEach(pump);
  }

  window.kompas = window.kompas || {};
  window.kompas.leave = leave;

  load();
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-outbox]")) return;
    event.preventDefault();
    put(event.target);
  });
  window.addEventListener("online", pumpAll);
  window.setInterval(pumpAll, RETRY);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", pumpAll);
  else pumpAll();
})();

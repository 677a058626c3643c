// Layout, keyboard and help of the reader. Every page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try { return localStorage.getItem(name); } catch { return null; }
  };
  const keep = (name, value) => {
    try { localStorage.setItem(name, value); } catch { /* private window: for this page only */ }
  };
  let keysOn = kept("keys") !== "off";
  root.classList.toggle("stacked", kept("layout") === "stacked");

  const stacked = () => root.classList.contains("stacked");

  function setLayout(button, value) {
    root.classList.toggle("stacked", value);
    keep("layout", value ? "stacked" : "beside");
    button.setAttribute("aria-pressed", String(value));
  }

  function items() {
    return [...document.querySelectorAll("[data-item]")];
  }

  function current() {
    return document.activeElement && document.activeElement.closest("[data-item]");
  }

  // The item below the top of the window is where reading goes on when none has the focus.
  function start(all, step) {
    const at = all.findIndex((item) => item.getBoundingClientRect().bottom > 80);
    return at < 0 ? all.length - 1 : step > 0 ? at : Math.max(0, at - 1);
  }

  function move(step) {
    const all = items();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = at < 0 ? start(all, step) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].focus({ preventScroll: true });
    all[next].scrollIntoView({ block: all[next].offsetHeight > innerHeight ? "start" : "nearest" });
  }

  function click(selector) {
    const target = current() && current().querySelector(selector);
    if (target) target.click();
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const layout = document.querySelector("[data-layout]");
    const dialog = document.getElementById("keys");
    const help = document.querySelector("[data-help]");
    const actions = {
      j: () => move(1),
      k: () => move(-1),
      o: () => click("[data-open]"),
      z: () => click("[data-undo]"),
      u: () => follow("[data-up]"),
      s: () => setLayout(layout, !stacked()),
      "/": () => document.querySelector("[data-search]").focus(),
      "?": () => dialog.showModal(),
    };

    layout.hidden = help.hidden = false;
    layout.setAttribute("aria-pressed", String(stacked()));
    layout.addEventListener("click", actions.s);
    help.addEventListener("click", actions["?"]);
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

    const box = dialog.querySelector("[data-keys]");
    box.checked = keysOn;
    box.addEventListener("change", () => {
      keysOn = box.checked;
      keep("keys", keysOn ? "on" : "off");
    });

    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest("input, textarea, select, dialog");
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      const action = plain && keysOn && !writing && actions[event.key];
      if (action) {
        event.preventDefault();
        action();
      }
    });
  });
})();

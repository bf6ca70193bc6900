"use strict";
// Loads a new fragment every two seconds, except while the reader has selected text or looks at another page.
const board = document.getElementById("status");
const connection = document.getElementById("connection");

const isReading = () => {
  const marked = document.getSelection();
  return document.hidden || (marked && !marked.isCollapsed && board.contains(marked.anchorNode));
};

const say = (text) => {
  // Set only when it changes: screen readers read every change aloud.
  if (connection.textContent !== text) connection.textContent = text;
};

const scrolled = () => new Map([...board.querySelectorAll(".scroll")].map((part) => [part.id, part.scrollLeft]));

const refresh = async () => {
  if (!isReading()) {
    try {
      const reply = await fetch(board.dataset.fragment, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (!reply.ok) throw new Error(String(reply.status));
      const fragment = await reply.text();
      const [places, focused] = [scrolled(), document.activeElement && document.activeElement.id];
      board.innerHTML = fragment;
      for (const [id, left] of places) {
        const part = document.getElementById(id);
        if (part) part.scrollLeft = left;
      }
      if (focused && document.activeElement.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
      say("");
    } catch {
      say("The worker does not answer; this page shows an old status.");
    }
  }
  setTimeout(refresh, 2000);
};
setTimeout(refresh, 2000);

// The little that the pages do without a round trip: copy a value, and hide a shown secret. All of them work without it.
"use strict";

function copyButton(button) {
  const label = button.innerHTML;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // without https a browser refuses the clipboard: then the text is marked, for the keys to copy it
      getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.innerHTML = label; }, 2000);
  });
}

function hideInTime(panel) {
  const secret = document.getElementById("secret");
  const seconds = panel.querySelector(".seconds");
  let left = Number(panel.dataset.hidesAfterS);
  const hide = () => {
    secret.textContent = "";
    location.replace(panel.dataset.back);
  };
  const ticking = setInterval(() => {
    left -= 1;
    if (seconds) seconds.textContent = String(Math.max(left, 0));
    if (left <= 0) {
      clearInterval(ticking);
      hide();
    }
  }, 1000);
  addEventListener("pagehide", () => { secret.textContent = ""; });
}

document.querySelectorAll("button[data-copies]").forEach(copyButton);
document.querySelectorAll("[data-hides-after-s]").forEach(hideInTime);

// a folded table that the address names is opened
function openNamed() {
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.tagName === "DETAILS") named.open = true;
}
addEventListener("hashchange", openNamed);
openNamed();

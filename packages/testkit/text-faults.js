/**
 * Runs in a page, so it is no TypeScript: nothing else of the checkout knows a document. Each fault
 * of its text is a sentence: what leaves its picture or its box, lies on other text, is too small.
 */
(leastFontPx) => {
  const faults = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} of ${clientWidth} wide`);
  const isShown = (element) => element.getClientRects().length > 0;
  for (const svg of [...document.querySelectorAll("svg")].filter(isShown)) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((element) => ({
      said: `${svg.querySelector("title")?.textContent}: "${element.textContent}"`,
      box: element.getBoundingClientRect(),
    }));
    const scale = frame.width / svg.viewBox.baseVal.width;
    if (12 * scale < leastFontPx) faults.push(`letters of ${12 * scale} px in ${texts[0].said}`);
    for (const [at, { said, box }] of texts.entries()) {
      const isInside =
        box.left >= frame.left - 1 &&
        box.right <= frame.right + 1 &&
        box.top >= frame.top - 1 &&
        box.bottom <= frame.bottom + 1;
      if (!isInside) faults.push(`${said} leaves its picture`);
      for (const other of texts.slice(at + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > 3) faults.push(`${said} lies on ${other.said}`);
      }
    }
  }
  const boxes = "h1,h2,h3,p,li,dt,dd,figcaption,summary,td,th";
  for (const element of [...document.querySelectorAll(boxes)].filter(isShown)) {
    if (
      element.scrollWidth > element.clientWidth + 1 &&
      getComputedStyle(element).display !== "inline"
    )
      faults.push(`<${element.tagName}> "${element.textContent?.slice(0, 60)}" is too wide`);
  }
  return faults;
};

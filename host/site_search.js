// A page that is opened from a folder may start no worker: the search runs in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.frame = frame.contentWindow;
      window.addEventListener("message", event => {
        if (event.source !== this.frame) return;
        const told = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(told);
        if (this.onmessage) this.onmessage(told);
      });
      const load = "url => new Promise(done => { const script = document.createElement('script'); script.src = url; " +
        "script.onload = done; document.body.append(script); })";
      frame.contentDocument.open();
      frame.contentDocument.write(
        "<body><script>window.postMessage = data => parent.postMessage(data, '*');" +
        `window.importScripts = (...urls) => urls.reduce((last, url) => last.then(() => (${load})(url)), Promise.resolve());` +
        `<\/script><script src="${url}"><\/script></body>`);
      frame.contentDocument.close();
    }

    postMessage(data) {
      this.frame.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {}
  };
}

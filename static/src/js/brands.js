// The brand's preview comes from the server; only a logo that is not uploaded yet is shown from here.
const shown = { address: "" };

function showLogo() {
  if (!shown.address) return;
  for (const pane of document.querySelectorAll(".brand-sample .brand")) {
    const old = pane.querySelector("[data-logo], [data-initial]");
    if (!old) continue;
    const picture = new Image();
    Object.assign(picture, { src: shown.address, alt: "", className: "brand-logo" });
    picture.dataset.logo = "";
    old.replaceWith(picture);
  }
}

export function startBrandPreview() {
  const field = document.querySelector("#brand-form [type=file]");
  field?.addEventListener("change", () => {
    const [file] = field.files;
    if (!file || !file.type.startsWith("image/") || file.size > 2_097_152) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      shown.address = reader.result;
      showLogo();
    });
    reader.readAsDataURL(file); // data: is allowed by the policy for pictures, blob: is not
  });
  document.body.addEventListener("htmx:afterSwap", showLogo);
}

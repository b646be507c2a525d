// The brand form shows name and colour as they are chosen; the server's contrast rules decide.
const channels = (color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (color) => channels(color).map(linear).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);

export function startBrandPreview() {
  const sample = document.querySelector("[data-brand-preview]");
  const picker = document.getElementById(sample?.dataset.brandPreview);
  if (!picker) return;
  const paint = () => {
    if (!/^#[0-9a-f]{6}$/i.test(picker.value)) return;
    sample.style.setProperty("--brand", picker.value);
    sample.style.setProperty("--on-brand", luminance(picker.value) > 0.179 ? "#000000" : "#ffffff");
  };
  picker.addEventListener("input", paint);
  paint();
}
